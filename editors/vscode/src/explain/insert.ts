import * as vscode from "vscode";

/**
 * Code as it belongs at a place: where nothing but white space stands before it on its line, its lines are indented like that one;
 * else it goes in as it is.
 */
export function fitted(code: string, before: string): string {
  if (/\S/.test(before)) {
    return code;
  }
  const lines = code.split("\n");
  const indents = lines.filter((line) => /\S/.test(line)).map((line) => /^[ \t]*/.exec(line)?.[0] ?? "");
  const common = indents.reduce((shortest, indent) => shared(shortest, indent), indents[0] ?? "");
  return lines.map((line, i) => (/\S/.test(line) ? (i === 0 ? "" : before) + line.slice(common.length) : "")).join("\n");
}

function shared(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) {
    length++;
  }
  return a.slice(0, length);
}

/** Puts code at the cursor, or in place of what is selected, as one step of undo. Says whether the editor took it. */
export async function insert(editor: vscode.TextEditor, code: string): Promise<boolean> {
  const { selection, document } = editor;
  const before = document.lineAt(selection.start.line).text.slice(0, selection.start.character);
  const done = await editor.edit((edit) => {
    edit.replace(selection, fitted(code, before));
  });
  if (done) {
    editor.selection = new vscode.Selection(editor.selection.end, editor.selection.end);
    editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }
  return done;
}
