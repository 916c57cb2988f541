import { posix, win32 } from "node:path";
import { describe, expect, test } from "vitest";
import { type Places, find } from "../../src/find";

const installed = "/home/ana/.vscode/extensions/sopro.sopro-0.1.0-linux-x64";
const cloned = "/home/ana/sopro/editors/vscode";

/** On a Unix, with some programs there. */
function onUnix(programs: string[], places: Partial<Places> = {}): string | undefined {
  const there = { setting: "", extension: installed, path: "/usr/local/bin:/usr/bin", home: "/home/ana", windows: false, opened: [], real: (path: string) => path };
  return find({ ...there, ...places, executable: (path) => programs.includes(path) }, posix);
}

describe("the server is", () => {
  test("the one that the setting names, before any other", () => {
    expect(onUnix(["/opt/sopro", `${installed}/bin/sopro`], { setting: "/opt/sopro" })).toBe("/opt/sopro");
  });
  test("one in the home directory, as people write it", () => {
    expect(onUnix(["/home/ana/bin/sopro"], { setting: "~/bin/sopro" })).toBe("/home/ana/bin/sopro");
  });
  test("none, where the setting names none", () => {
    expect(onUnix([`${installed}/bin/sopro`], { setting: "/opt/sopro" })).toBeUndefined();
  });
  test("none, where the setting depends on where one stands", () => {
    expect(onUnix(["bin/sopro"], { setting: "bin/sopro" })).toBeUndefined();
  });
  test("the one in the extension, before one on the PATH", () => {
    expect(onUnix([`${installed}/bin/sopro`, "/usr/bin/sopro"])).toBe(`${installed}/bin/sopro`);
  });
  test("the first on the PATH", () => {
    expect(onUnix(["/usr/bin/sopro", "/usr/local/bin/sopro"])).toBe("/usr/local/bin/sopro");
  });
  test("none in the opened folder, also where the PATH says so", () => {
    expect(onUnix(["sopro", "./sopro", "bin/sopro"], { path: ":.:bin:" })).toBeUndefined();
  });
  for (const [how, path, real] of [
    ["names it", "/w/tools", {}],
    ["names it by a link", "/home/ana/link", { "/home/ana/link": "/w/tools" }],
    ["has a link to a program in it", "/opt", { "/opt/sopro": "/w/tools/sopro" }],
    ["names the folder itself", "/w", {}],
  ] as const) {
    test(`none in the opened folder, also where the PATH ${how}`, () => {
      const places = { opened: ["/w"], real: (place: string) => (real as Record<string, string>)[place] ?? place };
      expect(onUnix([`${path}/sopro`, "/usr/bin/sopro"], { ...places, path: `${path}:/w2:/usr/bin` })).toBe("/usr/bin/sopro");
      expect(onUnix([`${path}/sopro`, "/w2/sopro"], { ...places, path: `${path}:/w2` })).toBe("/w2/sopro");
    });
  }
  test("the one of the repository that the extension lies in", () => {
    expect(onUnix(["/home/ana/sopro/bin/sopro"], { extension: cloned })).toBe("/home/ana/sopro/bin/sopro");
  });
  test("none two folders above an extension that is installed", () => {
    expect(onUnix(["/home/ana/.vscode/bin/sopro"])).toBeUndefined();
  });
  test("sopro.exe on Windows", () => {
    const extension = "C:\\Users\\Ana\\.vscode\\extensions\\sopro.sopro-0.1.0-win32-x64";
    const places = { setting: "", extension, path: "relative;C:\\Go\\bin", home: "C:\\Users\\Ana", windows: true, opened: ["C:\\Work"], real: (path: string) => path };
    expect(find({ ...places, executable: (path) => path === "C:\\Go\\bin\\sopro.exe" }, win32)).toBe("C:\\Go\\bin\\sopro.exe");
    expect(find({ ...places, path: "c:\\work\\bin", executable: (path) => path.startsWith("c:") }, win32)).toBeUndefined();
    expect(find({ ...places, executable: (path) => path === `${extension}\\bin\\sopro.exe` }, win32)).toBe(`${extension}\\bin\\sopro.exe`);
    expect(find({ ...places, setting: "~\\sopro.exe", executable: () => true }, win32)).toBe("C:\\Users\\Ana\\sopro.exe");
  });
});
