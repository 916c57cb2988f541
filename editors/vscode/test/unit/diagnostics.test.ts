import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type Told, followDiagnostics } from "../../src/diagnostics";
import { ConfigurationTarget, DiagnosticSeverity, Position, Range, Uri, languages, window, workspace } from "./vscode";

const document = (uri: string) => ({ uri: Uri.parse(uri), version: 4, isClosed: false });
const says = (line: number, severity = DiagnosticSeverity.Error) => ({ range: new Range(line, 1, line, 5), severity, message: `fault ${String(line)}`, source: "vet" });
const a = document("file:///a.go");

let told: Told[];
let wanted: boolean;
let following: { dispose(): unknown };

/** What was told since the last look, after a while: the lines of each message. */
function heard(): number[][] {
  vi.advanceTimersByTime(200);
  const lines = told.map(({ diagnostics }) => (diagnostics as { range: Range }[]).map(({ range }) => range.start.line));
  told = [];
  return lines;
}

beforeEach(() => {
  vi.useFakeTimers();
  window.look(undefined);
  languages.said.clear();
  workspace.textDocuments = [a];
  told = [];
  wanted = true;
  languages.say(a.uri, says(1));
  following = followDiagnostics(
    () => wanted,
    (one) => told.push(one),
  );
});

afterEach(() => {
  following.dispose();
  workspace.textDocuments = [];
  vi.useRealTimers();
});

describe("what other tools say of a document", () => {
  test("is told in LSP's words, of the version that is open", () => {
    vi.advanceTimersByTime(200);
    const range = { start: { line: 1, character: 1 }, end: { line: 1, character: 5 } };
    expect(told).toEqual([{ uri: "file:///a.go", version: 4, diagnostics: [{ range, severity: 1, message: "fault 1", source: "vet" }] }]);
  });
  test("is told once for a burst, when it changes, and when all is mended", () => {
    expect(heard()).toEqual([[1]]);
    languages.say(a.uri, says(2));
    languages.say(a.uri, says(2), says(3));
    expect(heard()).toEqual([[2, 3]]);
    languages.say(a.uri, says(3), says(2));
    expect(heard()).toEqual([]);
    languages.say(a.uri);
    languages.say(a.uri);
    expect(heard()).toEqual([[]]);
  });
  test("is told as far as it is an error or a warning", () => {
    languages.say(a.uri, says(1, DiagnosticSeverity.Hint), says(2, DiagnosticSeverity.Warning), says(3, DiagnosticSeverity.Information));
    expect(heard()).toEqual([[2]]);
  });
  test("is told of the lines nearest the cursor where it is much, else of the first", () => {
    const many = Array.from({ length: 120 }, (_, line) => says(line));
    languages.say(a.uri, ...many);
    const [first] = heard();
    expect([first?.length, first?.at(0), first?.at(-1)]).toEqual([50, 0, 49]);
    window.look({ document: a, selection: { active: new Position(100, 0) } });
    languages.say(a.uri, ...many.slice(1));
    const [near] = heard();
    expect([near?.length, near?.at(0), near?.at(-1)]).toEqual([50, 70, 119]);
  });
  test("is not told of what is not open, not Sopro's, or not completed", () => {
    heard();
    const log = document("output:///log");
    workspace.open(log);
    languages.say(log.uri, says(1));
    languages.say(Uri.parse("file:///b.go"), says(1));
    wanted = false;
    languages.say(a.uri, says(5));
    expect(heard()).toEqual([]);
    wanted = true;
    void workspace.getConfiguration().update("enabled", undefined, ConfigurationTarget.Global);
    expect(heard()).toEqual([[5]]);
  });
  test("is told anew of a document that is opened anew", () => {
    heard();
    workspace.close(a);
    workspace.open(a);
    expect(heard()).toEqual([[1]]);
  });
  test("is not told when the server has gone", () => {
    following.dispose();
    languages.say(a.uri, says(7));
    expect(heard()).toEqual([]);
  });
});
