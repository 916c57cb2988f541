import { beforeEach, describe, expect, test } from "vitest";
import { openLink, isOnInternet } from "../../src/explain/link";
import { tell, tellNoticed } from "../../src/tell";
import { commands, env, window } from "./vscode";

beforeEach(() => {
  window.said = [];
  window.press = undefined;
  env.opened = [];
});

describe("what a notification says", () => {
  test("is no link, whoever wrote it", () => {
    tell(new Error("[Sopro needs an update: install](command:workbench.action.quit) [x]( y)"));
    expect(window.said).toEqual(["[Sopro needs an update: install] (command:workbench.action.quit) [x] ( y)"]);
  });
});

describe("what the server has noticed", () => {
  test("offers the doctor, and makes no link", async () => {
    commands.run.length = 0;
    await tellNoticed("warning", "[x](command:y) is not running");
    expect([window.said, commands.run]).toEqual([["[x] (command:y) is not running"], []]);
    window.press = "Run the Doctor";
    await tellNoticed("error", "it is not running");
    expect(commands.run).toEqual([["sopro.runDoctor"]]);
  });
  test("has a button where it is too long for one line without: else it would be cut off", async () => {
    for (const [words, offered] of [
      ["qwen2.5-coder:1.5b is installed and used for chat", false],
      ["qwen2.5-coder:1.5b is installed; what was chosen before stays in use until Sopro starts again", true],
    ] as const) {
      commands.run.length = 0;
      window.press = "Run the Doctor";
      await tellNoticed("info", words);
      expect(commands.run).toEqual(offered ? [["sopro.runDoctor"]] : []);
    }
  });
});

describe("an address that a model wrote", () => {
  test("is shown whole, and opened when somebody agrees", async () => {
    await openLink("https://example.com/a?b=c");
    expect([window.said, env.opened]).toEqual([["A model wrote this address. Open it in the browser? https://example.com/a?b=c"], []]);
    window.press = "Open";
    await openLink("https://example.com/a?b=c");
    expect(env.opened).toEqual(["https://example.com/a?b=c"]);
  });
  test("is shown as it is, not as it looks", async () => {
    await openLink("https://ex\u0430mple.com/"); // a Cyrillic а
    expect(window.said[0]).toContain("https://xn--");
  });
  test("of this machine is not opened, whatever somebody presses", async () => {
    window.press = "Open";
    await openLink("http://localhost:5999/x?y=1");
    expect(env.opened).toEqual([]);
    expect(window.said).toEqual(["Not opened, since it leads into your own network: http://localhost:5999/x?y=1"]);
  });
  for (const [address, is] of [
    ["https://example.com", true],
    ["https://example.com.", true],
    ["http://93.184.215.14", true],
    ["http://[2606:4700::1111]", true],
    ["http://localhost", false],
    ["http://LOCALHOST.:80", false],
    ["http://a.localhost", false],
    ["http://router", false],
    ["http://printer.local", false],
    ["http://127.0.0.1", false],
    ["http://127.1", false],
    ["http://2130706433", false],
    ["http://0x7f.1", false],
    ["http://0", false],
    ["http://10.1.2.3", false],
    ["http://172.31.0.1", false],
    ["http://192.168.1.1", false],
    ["http://169.254.169.254", false],
    ["http://100.100.0.1", false],
    ["http://[::1]", false],
    ["http://[::]", false],
    ["http://[::ffff:127.0.0.1]", false],
    ["http://[fe80::1]", false],
    ["http://[fd00::1]", false],
    ["http://[64:ff9b::7f00:1]", false],
    ["http://[2002:7f00:1::]", false],
  ] as const) {
    test(`${is ? "may" : "may not"} be ${address}`, () => {
      expect(isOnInternet(new URL(address).hostname)).toBe(is);
    });
  }
});
