import { describe, expect, test } from "vitest";
import { below, fitted } from "../../src/explain/insert";
import { inside } from "../../src/explain/jump";
import { moved } from "../../src/span";

describe("a span follows the changes of its document", () => {
  // The text is abcdef, the span in brackets; a change replaces what stands between the marks by what follows the arrow.
  for (const [before, change, after] of [
    ["ab[cd]ef", { at: 0, del: 0, text: "xy" }, "xyab[cd]ef"],
    ["ab[cd]ef", { at: 0, del: 2, text: "" }, "[cd]ef"],
    ["ab[cd]ef", { at: 2, del: 0, text: "x" }, "abx[cd]ef"],
    ["ab[cd]ef", { at: 3, del: 0, text: "x" }, "ab[cxd]ef"],
    ["ab[cd]ef", { at: 4, del: 0, text: "x" }, "ab[cd]xef"],
    ["ab[cd]ef", { at: 4, del: 2, text: "" }, "ab[cd]"],
    ["ab[cd]ef", { at: 1, del: 2, text: "" }, "a[d]ef"],
    ["ab[cd]ef", { at: 3, del: 2, text: "x" }, "ab[cx]f"],
    ["ab[cd]ef", { at: 0, del: 6, text: "x" }, "[x]"],
    ["ab[]cd", { at: 0, del: 0, text: "x" }, "xab[]cd"],
    ["ab[]cd", { at: 3, del: 1, text: "" }, "ab[]c"],
  ] as const) {
    test(`${before}, ${change.del} characters at ${change.at} become "${change.text}"`, () => {
      const span = { start: before.indexOf("["), end: before.indexOf("]") - 1 };
      const text = before.replace(/[[\]]/g, "");
      const now = text.slice(0, change.at) + change.text + text.slice(change.at + change.del);
      const { start, end } = moved(span, { rangeOffset: change.at, rangeLength: change.del, text: change.text });
      expect(`${now.slice(0, start)}[${now.slice(start, end)}]${now.slice(end)}`).toBe(after);
    });
  }
});

describe("code that is inserted", () => {
  for (const [name, code, before, want] of [
    ["stays as it is on the margin", "if a {\n\tb\n}", "", "if a {\n\tb\n}"],
    ["is indented like its line", "if a {\n\tb\n}", "\t", "if a {\n\t\tb\n\t}"],
    ["loses the indentation that it came with", "    if a:\n        b", "  ", "if a:\n      b"],
    ["has no white space on empty lines", "a\n\nb", "    ", "a\n\n    b"],
    ["stays as it is behind other code", "a\n  b", "x = ", "a\n  b"],
  ] as const) {
    test(name, () => {
      expect(fitted(code, before)).toBe(want);
    });
  }
});

describe("code that goes below what is explained", () => {
  for (const [name, code, line, want] of [
    ["stands on lines of its own", "a\nb\n", "func f() {", "\na\nb"],
    ["is indented like the first line of that", "if a {\n\tb\n}", "\t\tif x {", "\n\t\tif a {\n\t\t\tb\n\t\t}"],
  ] as const) {
    test(name, () => {
      expect(below(code, line)).toBe(want);
    });
  }
});

describe("a path that an explanation mentions", () => {
  for (const [path, want] of [
    ["main.go", "main.go"],
    ["./a/b.ts", "a/b.ts"],
    ["a\\b.cs", "a/b.cs"],
    ["../../.ssh/id_rsa.pub", undefined],
    ["a/../../b.go", undefined],
    ["/etc/passwd.d", undefined],
    ["\\\\192.0.2.1\\share.go", undefined],
    ["C:\\x.go", undefined],
    ["", undefined],
  ] as const) {
    test(`${path || "empty"} ${want === undefined ? "leads elsewhere" : `is ${want}`}`, () => {
      expect(inside(path)).toBe(want);
    });
  }
});
