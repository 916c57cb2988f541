import * as vscode from "vscode";

/**
 * Words that are not ours, as a notification may show them: VS Code makes a link of `[words](address)` there, also of one that runs a
 * command.
 */
export function plain(words: string): string {
  return words.replaceAll("](", "] (");
}

/** So many letters VS Code shows of a message without a button, in the one line of 416 pixels that it has; of one with a button all. */
const line = 60;

/** Shows words, with the doctor where that belongs, and where they would be cut off. */
async function show(how: typeof vscode.window.showErrorMessage, words: string, offersDoctor: boolean): Promise<void> {
  const doctor = vscode.l10n.t("Run the Doctor");
  const buttons = offersDoctor || words.length > line ? [doctor] : [];
  if ((await how(plain(words), ...buttons)) !== undefined) {
    await vscode.commands.executeCommand("sopro.runDoctor");
  }
}

/** Tells the person what went wrong, in the words of the error. That something was cancelled is no news. */
export function tell(error: unknown): void {
  if (!(error instanceof vscode.CancellationError)) {
    void show(vscode.window.showErrorMessage, error instanceof Error ? error.message : String(error), false);
  }
}

/** How grave it is what the server has noticed. */
export type Severity = "info" | "warning" | "error";

/** Tells what the server has noticed. */
export async function tellNoticed(severity: Severity, words: string): Promise<void> {
  const { showErrorMessage, showWarningMessage, showInformationMessage } = vscode.window;
  await show({ error: showErrorMessage, warning: showWarningMessage, info: showInformationMessage }[severity], words, severity !== "info");
}

/** A command that tells what went wrong. */
export function telling(run: () => unknown): () => Promise<void> {
  return async () => {
    try {
      await run();
    } catch (error) {
      tell(error);
    }
  };
}

/** Tells that the server has ended and comes again by itself. */
export async function tellEnded(): Promise<void> {
  const restart = vscode.l10n.t("Restart Now");
  const log = vscode.l10n.t("Show Log");
  const choice = await vscode.window.showWarningMessage(vscode.l10n.t("Sopro's server has ended unexpectedly. It is started again."), restart, log);
  if (choice !== undefined) {
    await vscode.commands.executeCommand(choice === restart ? "sopro.restart" : "sopro.showLog");
  }
}

/** Tells why there is no server, and what to do. */
export async function tellUnstartable(why: string): Promise<void> {
  const retry = vscode.l10n.t("Try Again");
  const settings = vscode.l10n.t("Open Settings");
  const choice = await vscode.window.showErrorMessage(plain(why), retry, settings);
  if (choice === retry) {
    await vscode.commands.executeCommand("sopro.restart");
  } else if (choice === settings) {
    await vscode.commands.executeCommand("workbench.action.openSettings", "sopro.server.path");
  }
}
