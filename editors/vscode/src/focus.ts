import * as vscode from "vscode";
import { isServed } from "./served";

/** How long the cursor must rest on another line before that is told, in milliseconds: who walks through a file with a key held down tells of its end. */
const rest = 300;

/** What somebody looks at: a document by its URI, and where the cursor stands in it. */
export interface Focus {
  readonly textDocument: { readonly uri: string };
  readonly position: { readonly line: number; readonly character: number };
}

/** Tells what is looked at, now, whenever another document is, and when the cursor rests on another line; undefined where it is none that Sopro serves. */
export function followFocus(tell: (focus: Focus | undefined) => void): vscode.Disposable {
  let told: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  const look = (editor: vscode.TextEditor | undefined): void => {
    clearTimeout(timer);
    const focus = editor && isServed(editor.document) ? focusOf(editor) : undefined;
    const place = focus ? `${String(focus.position.line)} ${focus.textDocument.uri}` : "";
    if (place !== told) {
      told = place;
      tell(focus);
    }
  };
  look(vscode.window.activeTextEditor);
  return vscode.Disposable.from(
    vscode.window.onDidChangeActiveTextEditor(look),
    vscode.window.onDidChangeTextEditorSelection(({ textEditor }) => {
      if (textEditor === vscode.window.activeTextEditor) {
        clearTimeout(timer);
        timer = setTimeout(() => {
          look(textEditor);
        }, rest);
      }
    }),
    new vscode.Disposable(() => {
      clearTimeout(timer);
    }),
  );
}

function focusOf({ document, selection }: vscode.TextEditor): Focus {
  const { line, character } = selection.active;
  return { textDocument: { uri: document.uri.toString() }, position: { line, character } };
}
