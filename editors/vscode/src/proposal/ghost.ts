import * as vscode from "vscode";
import { selector } from "../served";
import type { Proposal } from "./proposal";

/** Shows the proposals as the editor's own ghost text, wherever the cursor stands on the line below which the code goes. */
export class Ghosts implements vscode.Disposable {
  private registered: vscode.Disposable;
  private given = "";

  constructor(private readonly at: (document: vscode.TextDocument) => Proposal | undefined) {
    this.registered = this.register();
  }

  /**
   * Has the editor show the ghost text as it is now. It does not ask the same providers twice about the same place, but a new one it
   * asks; it then still prefers what it shows already, so that it is told to go on to the next. What stands there stays until then.
   */
  async refresh(): Promise<void> {
    const old = this.registered;
    this.registered = this.register();
    old.dispose();
    await vscode.commands.executeCommand("editor.action.inlineSuggest.showNext"); // where one is to be seen
    await this.trigger();
  }

  /** As refresh, for the last time: what was there before is then not one of several any more. */
  async settle(ghost: string): Promise<void> {
    await this.refresh();
    await this.refresh();
    if (this.given !== ghost) {
      await this.hide(); // an old VS Code, which does not ask the new one either
      await this.trigger();
    }
  }

  /** Takes the ghost text away. */
  hide(): Thenable<unknown> {
    return vscode.commands.executeCommand("editor.action.inlineSuggest.hide");
  }

  dispose(): void {
    this.registered.dispose();
  }

  private trigger(): Thenable<unknown> {
    return vscode.commands.executeCommand("editor.action.inlineSuggest.trigger");
  }

  private register(): vscode.Disposable {
    return vscode.languages.registerInlineCompletionItemProvider(selector, {
      provideInlineCompletionItems: (document, position) => {
        const proposal = this.at(document);
        if (!proposal || proposal.ghost === "" || position.line !== proposal.place.line) {
          return undefined;
        }
        this.given = proposal.ghost;
        const rest = new vscode.Range(position, proposal.place);
        return [new vscode.InlineCompletionItem(document.getText(rest) + proposal.ghost, rest)];
      },
    });
  }
}
