import * as vscode from "vscode";
import type { Proposal } from "./proposal";

/** What can be done with a proposal, above its comment: there also when the cursor is elsewhere. */
export class ProposalLenses implements vscode.CodeLensProvider {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeCodeLenses = this.changed.event;

  constructor(private readonly at: (document: vscode.TextDocument) => Proposal | undefined) {}

  refresh(): void {
    this.changed.fire();
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const proposal = this.at(document);
    if (!proposal) {
      return [];
    }
    const above = new vscode.Range(proposal.top, proposal.top);
    return lenses(proposal).map((command) => new vscode.CodeLens(above, { ...command, ...(command.command !== "" && { arguments: [document.uri] }) }));
  }
}

function lenses(proposal: Proposal): vscode.Command[] {
  const again = { title: vscode.l10n.t("Again"), command: "sopro.proposeAgain" };
  const dismiss = { title: vscode.l10n.t("Dismiss"), command: "sopro.rejectProposal" };
  switch (proposal.state) {
    case "writing":
      return [
        { title: withIcon("loading~spin", vscode.l10n.t("Sopro is writing…")), command: "" },
        { title: vscode.l10n.t("Stop"), command: "sopro.rejectProposal" },
      ];
    case "ready":
      return [
        { title: withIcon("check", vscode.l10n.t("Accept")), command: "sopro.acceptProposal" },
        { title: vscode.l10n.t("Reject"), command: "sopro.rejectProposal" },
        again,
        { title: vscode.l10n.t("Show"), command: "sopro.showProposal" },
      ];
    case "outdated":
      return [{ title: vscode.l10n.t("The document has changed: the proposal no longer fits"), command: "" }, again, dismiss];
    case "failed":
      return [{ title: withIcon("warning", proposal.error), command: "" }, again, dismiss];
  }
}

/** VS Code drops an ordinary space between the two. */
function withIcon(icon: string, words: string): string {
  return `$(${icon})\u00a0${words}`;
}
