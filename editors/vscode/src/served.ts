import * as vscode from "vscode";

/**
 * What Sopro serves: files, what is not saved yet, and cells of notebooks. All else (the output, the box for a commit's message, the old
 * side of a diff) is not code that somebody writes here. The manifest's menus and keys say the same.
 */
export const selector = [{ scheme: "file" }, { scheme: "untitled" }, { scheme: "vscode-notebook-cell" }];

/** Whether a document is served; says so where it is not. */
export function isServedOrTold(document: vscode.TextDocument): boolean {
  const served = isServed(document);
  if (!served) {
    void vscode.window.showInformationMessage(vscode.l10n.t("Sopro works only in files, notebooks and unsaved editors."));
  }
  return served;
}

export function isServed(document: vscode.TextDocument): boolean {
  return vscode.languages.match(selector, document) > 0;
}
