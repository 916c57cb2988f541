import * as vscode from "vscode";
import { selector } from "./served";

/**
 * Completes at the cursor, now. VS Code keeps the answer for a place, also an empty one, and does not ask again until the text, the
 * cursor or the providers have changed. Who presses the key again has reason to, as when a model has been loaded meanwhile; so a
 * provider that says nothing comes and goes.
 */
export async function trigger(): Promise<void> {
  const nobody = vscode.languages.registerInlineCompletionItemProvider(selector, { provideInlineCompletionItems: () => undefined });
  try {
    await vscode.commands.executeCommand("editor.action.inlineSuggest.trigger");
  } finally {
    nobody.dispose();
  }
}
