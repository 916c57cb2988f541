import { describe, expect, test } from "vitest";
import { isWebAddress, understood } from "../../src/explain/messages";

describe("a message of the panel", () => {
  for (const message of [
    { type: "ready" },
    { type: "ask", question: "Why?" },
    { type: "insert", text: "x\n" },
    { type: "open", url: "https://example.com/a?b#c" },
    { type: "jump", mention: { from: 3, to: 5 } },
    { type: "jump", mention: { path: "a/b.go", from: 3, to: 3 } },
  ]) {
    test(`is understood: ${JSON.stringify(message)}`, () => {
      expect(understood(message)).toEqual(message);
    });
  }

  for (const message of [
    undefined,
    null,
    "ready",
    {},
    { type: "run", command: "workbench.action.quit" },
    { type: "ask", question: "  " },
    { type: "ask", question: ["Why?"] },
    { type: "ask", question: "?".repeat(20_001) },
    { type: "insert" },
    { type: "insert", text: "x".repeat(256 * 1024 + 1) },
    { type: "copy", text: { toString: "x" } },
    { type: "open", url: "command:workbench.action.quit" },
    { type: "open", url: "https://example.com/" + "a".repeat(2048) },
    { type: "jump", mention: { from: 0, to: 1 } },
    { type: "jump", mention: { from: 5, to: 3 } },
    { type: "jump", mention: { from: 1.5, to: 2 } },
    { type: "jump", mention: { from: "1", to: "2" } },
    { type: "jump", mention: { path: "", from: 1, to: 1 } },
    { type: "jump", mention: { path: 1, from: 1, to: 1 } },
    { type: "jump", mention: { path: "a".repeat(261), from: 1, to: 1 } },
  ]) {
    test(`means nothing: ${(message === undefined ? "undefined" : JSON.stringify(message)).slice(0, 80)}`, () => {
      expect(understood(message)).toBeUndefined();
    });
  }

  test("carries nothing but what it may", () => {
    expect(understood({ type: "jump", mention: { from: 1, to: 2, command: "x" }, more: 1 })).toEqual({ type: "jump", mention: { from: 1, to: 2 } });
  });
});

describe("an address of the web", () => {
  for (const [address, is] of [
    ["http://example.com", true],
    ["HTTPS://example.com", true],
    ["command:x", false],
    ["CoMmAnD:x", false],
    ["vscode://file/etc/passwd", false],
    ["file:///etc/passwd", false],
    ["data:text/html,x", false],
    ["javascript:alert(1)", false],
    ["mailto:a@example.com", false],
    ["//192.0.2.1/a", false],
    ["#here", false],
    ["", false],
  ] as const) {
    test(`${is ? "is" : "is not"} ${address || "nothing"}`, () => {
      expect(isWebAddress(address)).toBe(is);
    });
  }
});
