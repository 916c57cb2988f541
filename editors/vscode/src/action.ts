import * as vscode from "vscode";

/** The server's commands behind its code actions, and ours, which show what comes before anything is done with it. */
const ours = [
  { is: (action: vscode.CodeAction) => action.command?.command === "sopro.explain", command: "sopro.explainSelection", title: () => vscode.l10n.t("Sopro: explain") },
  {
    is: (action: vscode.CodeAction) => action.kind?.value === "refactor.rewrite" && action.title.startsWith("Sopro: generate"),
    command: "sopro.generateFromComment",
    title: () => vscode.l10n.t("Sopro: generate code from this comment"),
  },
];

/**
 * A code action of the server as VS Code shows it. The menu of the lightbulb leaves out what is of kind `source`, as explaining is, so
 * there it has a kind of its own; in the menu of source actions it stays what it is.
 */
export function shownAction(action: vscode.Command | vscode.CodeAction, only: vscode.CodeActionKind | undefined): vscode.Command | vscode.CodeAction {
  if (!(action instanceof vscode.CodeAction)) {
    return action;
  }
  const known = ours.find(({ is }) => is(action));
  if (!known) {
    return action;
  }
  const kind = only || action.kind?.value !== vscode.CodeActionKind.Source.value ? action.kind : vscode.CodeActionKind.Empty.append("explain");
  const shown = new vscode.CodeAction(known.title(), kind);
  shown.command = { command: known.command, title: shown.title };
  return shown;
}
