import * as vscode from "vscode";
import { isServedOrTold, selector } from "../served";
import type { Server } from "../server";
import { tell } from "../tell";
import { ProposalKeys } from "./keys";
import { ProposalLenses } from "./lens";
import { Proposals } from "./proposals";

/** What the rest of the extension needs of the proposals. */
export interface Proposing {
  /** Whether code is being written for a place, or lies there to be accepted: then nothing else is completed on its line. */
  has(document: vscode.TextDocument, position: vscode.Position): boolean;
  dispose(): void;
}

/** Writes code for comments, as proposals in their place. */
export function registerProposal(server: Server): Proposing {
  const proposals = new Proposals(server);
  const at = proposals.at.bind(proposals);
  const lenses = new ProposalLenses(at);
  const commands: Record<string, (document: vscode.TextDocument) => Promise<void>> = {
    "sopro.acceptProposal": (document) => proposals.accept(document),
    "sopro.rejectProposal": (document) => proposals.reject(document),
    "sopro.proposeAgain": (document) => proposals.again(document),
    "sopro.showProposal": (document) => proposals.show(document),
  };
  const all = vscode.Disposable.from(
    proposals,
    new ProposalKeys(proposals),
    proposals.onDidChange(() => {
      lenses.refresh();
    }),
    vscode.languages.registerCodeLensProvider(selector, lenses),
    vscode.commands.registerCommand("sopro.generateFromComment", () => generate(proposals)),
    ...Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(name, (uri?: vscode.Uri) => onDocument(uri, run))),
  );
  return {
    has: (document, position) => proposals.has(document, position),
    dispose: () => {
      all.dispose();
    },
  };
}

async function generate(proposals: Proposals): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (!editor) {
    void vscode.window.showInformationMessage(vscode.l10n.t("Open a file and write as a comment what you want."));
    return;
  }
  if (isServedOrTold(editor.document)) {
    await proposals.generate(editor, editor.selection.end);
  }
}

/** Runs a command for the document that its button stands in, else for the one that is edited. */
async function onDocument(uri: vscode.Uri | undefined, run: (document: vscode.TextDocument) => Promise<void>): Promise<void> {
  const document = uri ? vscode.workspace.textDocuments.find((open) => open.uri.toString() === uri.toString()) : vscode.window.activeTextEditor?.document;
  if (document) {
    await run(document).catch(tell);
  }
}
