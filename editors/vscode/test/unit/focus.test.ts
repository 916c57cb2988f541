import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Focus, followFocus } from "../../src/focus";
import { Position, Uri, window } from "./vscode";

const editor = (uri: string, line = 0) => ({ document: { uri: Uri.parse(uri) }, selection: { active: new Position(line, 2) } });
const told: (string | undefined)[] = [];
const note = (focus?: Focus): void => void told.push(focus && `${focus.textDocument.uri}:${String(focus.position.line)}:${String(focus.position.character)}`);

beforeEach(() => {
  vi.useFakeTimers();
  told.length = 0;
  window.look(undefined);
});

afterEach(() => {
  vi.useRealTimers();
});

test("the server is told which document somebody looks at, once, and that it is none of its own", () => {
  window.look(editor("file:///a.go", 3));
  const following = followFocus(note);
  window.look(editor("file:///a.go", 3));
  window.look(editor("file:///b.go"));
  window.look(editor("output:///log"));
  window.look(undefined);
  window.look(editor("file:///b.go"));
  following.dispose();
  window.look(editor("file:///c.go"));
  expect(told).toEqual(["file:///a.go:3:2", "file:///b.go:0:2", undefined, "file:///b.go:0:2"]);
});

test("the server is told on which other line the cursor rests, not of those it passes", () => {
  const a = editor("file:///a.go");
  window.look(a);
  const following = followFocus(note);
  for (const line of [1, 2, 3]) {
    a.selection.active = new Position(line, 2);
    window.move(a);
    vi.advanceTimersByTime(299);
  }
  expect(told).toEqual(["file:///a.go:0:2"]);
  vi.advanceTimersByTime(1);
  window.move(a);
  window.move(editor("file:///b.go", 7)); // of an editor beside it
  vi.advanceTimersByTime(300);
  a.selection.active = new Position(9, 2);
  window.move(a);
  following.dispose();
  vi.advanceTimersByTime(300);
  expect(told).toEqual(["file:///a.go:0:2", "file:///a.go:3:2"]);
});
