import { describe, expect, test } from "vitest";
import { mentions } from "../panel/mentions";

describe("a text mentions", () => {
  // What is mentioned stands in brackets; the place is told behind it.
  for (const text of [
    "see [main.go:12](main.go 12-12).",
    "([src/a-b/c.test.ts:3:7](src/a-b/c.test.ts 3-3))",
    "[a/b.py:10-14](a/b.py 10-14), [b.py:10–14](b.py 10-14)",
    "[C\\d.cs:4](C\\d.cs 4-4)",
    "[.eslintrc.js:2](.eslintrc.js 2-2)",
    "on [line 12](12-12), [Lines 10–14](10-14) and [lines 3 to 5](3-5); [lines 3 and 4](3-4)",
    "na [linha 12](12-12) e nas [linhas 3 a 5](3-5), [linhas 3 até 5](3-5)",
    "en la [línea 4](4-4); à la [ligne 5](5-5); in [Zeile 6](6-6), [Zeilen 6 bis 8](6-8); [riga 7](7-7)",
    "在[第12行](12-12)和[第3-5行](3-5)、[12行目](12-12)",
    "the deadline 3, pipeline 4, line 101, line 0, lines 5 to 3, line 1.5, online 7",
    "http://127.0.0.1:8080 and localhost:80, 12:30, 1.5:2, a:1, ::1, /etc/passwd.d:1, \\\\host\\a.go:1",
    "version v1.2.3:4",
  ]) {
    test(text, () => {
      const marked = /\[([^\]]*)\]\((?:(\S+) )?(\d+)-(\d+)\)/g;
      const plain = text.replace(marked, "$1");
      const want = [...text.matchAll(marked)].map(([, said, path, from, to]) => ({ text: said, mention: { ...(path && { path }), from: Number(from), to: Number(to) } }));
      const pieces = mentions(plain, 100);
      expect(pieces.filter((piece) => typeof piece !== "string")).toEqual(want);
      expect(pieces.map((piece) => (typeof piece === "string" ? piece : piece.text)).join("")).toBe(plain);
    });
  }

  test("nothing for long, whatever it is made of", { timeout: 20_000 }, () => {
    for (const part of ["a", "a.b", "a/", ":1", "a.b:1 ", "line ", "line 1", "line 1 to ", " ", "第", "1 行", "1-", "([", "\\", "é.é:9"]) {
      mentions(part.repeat(200_000 / part.length), 100);
    }
  });
});
