import * as vscode from "vscode";
import type { Proposals } from "./proposals";

/** Says to the keys what can be done where the cursor is (context key `sopro.proposal`), and brings the ghost text back with the cursor. */
export class ProposalKeys implements vscode.Disposable {
  private told: string | undefined;
  private readonly listeners: vscode.Disposable;

  constructor(private readonly proposals: Proposals) {
    const tell = (): void => {
      this.tell();
    };
    this.listeners = vscode.Disposable.from(
      proposals.onDidChange(tell),
      vscode.window.onDidChangeActiveTextEditor(tell),
      vscode.window.onDidChangeTextEditorSelection(tell),
    );
  }

  dispose(): void {
    this.listeners.dispose();
  }

  private tell(): void {
    const editor = vscode.window.activeTextEditor;
    const proposal = editor && this.proposals.at(editor.document);
    const here = proposal?.place.line === editor?.selection.active.line ? proposal : undefined;
    if (here?.state === this.told) {
      return;
    }
    // Nobody typed, so the editor does not ask by itself for what is to be seen where the cursor has come to.
    if (this.told === undefined) {
      void this.proposals.refresh();
    }
    this.told = here?.state;
    void vscode.commands.executeCommand("setContext", "sopro.proposal", this.told);
  }
}
