import * as vscode from "vscode";
import { isServed } from "./served";

/** Tells which document is looked at, by its URI, now and whenever that changes; undefined where it is none that Sopro serves. */
export function followFocus(tell: (uri: string | undefined) => void): vscode.Disposable {
  let told: string | undefined | null = null;
  const look = (editor: vscode.TextEditor | undefined): void => {
    const uri = editor && isServed(editor.document) ? editor.document.uri.toString() : undefined;
    if (uri !== told) {
      tell((told = uri));
    }
  };
  look(vscode.window.activeTextEditor);
  return vscode.window.onDidChangeActiveTextEditor(look);
}
