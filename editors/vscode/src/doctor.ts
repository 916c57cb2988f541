import * as vscode from "vscode";
import { homedir } from "node:os";
import type { Documents } from "./documents";
import { runProgram } from "./program";

/** Has the program look at everything that Sopro stands on here, and shows what it found. */
export async function runDoctor(program: string, flags: readonly string[], documents: Documents): Promise<void> {
  const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.scheme === "file")?.uri.fsPath ?? homedir();
  const options = { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t("Sopro: the doctor looks at this machine"), cancellable: true };
  await vscode.window.withProgress(options, async (_bar, cancel) => {
    const { output, errors } = await runProgram(program, ["doctor", ...flags], folder, cancel);
    if (!cancel.isCancellationRequested) {
      await documents.show("doctor.txt", output + errors);
    }
  });
}
