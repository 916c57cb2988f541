import * as vscode from "vscode";
import type { Proposal } from "./proposal";

/** Shows a proposal as the editor's own ghost text, wherever the cursor stands on the line below which the code goes. */
export function ghostProvider(at: (document: vscode.TextDocument) => Proposal | undefined): vscode.InlineCompletionItemProvider {
  return {
    provideInlineCompletionItems: (document, position) => {
      const proposal = at(document);
      if (!proposal || proposal.ghost === "" || position.line !== proposal.place.line) {
        return undefined;
      }
      const rest = new vscode.Range(position, proposal.place);
      return [new vscode.InlineCompletionItem(document.getText(rest) + proposal.ghost, rest)];
    },
  };
}

/** Has the editor ask for ghost text again. What it shows stays until it has the new. */
export function refreshGhost(): void {
  void vscode.commands.executeCommand("editor.action.inlineSuggest.trigger");
}

/** Takes the ghost text away. */
export function hideGhost(): Thenable<unknown> {
  return vscode.commands.executeCommand("editor.action.inlineSuggest.hide");
}
