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

/** Code as lines of their own below a line, indented like it. */
export function below(code: string, line: string): string {
  const indent = /^[ \t]*/.exec(line)?.[0] ?? "";
  return `\n${indent}${fitted(code.replace(/\n+$/, ""), indent)}`;
}

/**
 * Puts code at the cursor, or in place of what is selected, as one step of undo; below what is explained, where it is that which is
 * still selected. Says whether the editor took it.
 */
export async function insert(editor: vscode.TextEditor, code: string, explained: vscode.Range): Promise<boolean> {
  const { selection, document } = editor;
  const first = document.lineAt(selection.start.line).text;
  const done = await editor.edit((edit) => {
    if (!selection.isEmpty && selection.isEqual(explained)) {
      const last = selection.end.character === 0 ? selection.end.line - 1 : selection.end.line;
      edit.insert(document.lineAt(last).range.end, below(code, first));
    } else {
      edit.replace(selection, fitted(code, first.slice(0, selection.start.character)));
    }
  });
  if (done) {
    editor.selection = new vscode.Selection(editor.selection.end, editor.selection.end);
    editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }
  return done;
}
