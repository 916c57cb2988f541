import * as vscode from "vscode";
import { face } from "./face";
import type { HealthWatch } from "./health";
import type { Server } from "./server";
import type { Switches } from "./switches";

interface Entry extends vscode.QuickPickItem {
  readonly command?: string;
}

/** Shows what can be done, and does what is chosen. */
export async function showMenu(server: Server, watch: HealthWatch, switches: Switches): Promise<void> {
  const { state } = server;
  const language = vscode.window.activeTextEditor?.document.languageId;
  const choice = await vscode.window.showQuickPick(entries(switches), {
    title: `Sopro: ${face(state, watch.health, language !== undefined && !switches.onIn(language)).state}`,
    placeHolder: state.message || state.model || vscode.l10n.t("What would you like to do?"),
  });
  if (choice?.command) {
    await vscode.commands.executeCommand("workbench.action.focusActiveEditorGroup"); // it was the status bar's, and would be again
    await vscode.commands.executeCommand(choice.command);
  }
}

function entries(switches: Switches): Entry[] {
  const { on } = switches;
  const language = vscode.window.activeTextEditor?.document.languageId;
  const list: Entry[] = [entry("sopro.switch", on ? "circle-slash" : "sparkle", on ? vscode.l10n.t("Switch completions off") : vscode.l10n.t("Switch completions on"))];
  if (language !== undefined && on) {
    const label = switches.onIn(language) ? vscode.l10n.t("Switch completions off in {0}", language) : vscode.l10n.t("Switch completions on in {0}", language);
    list.push(entry("sopro.switchLanguage", "file-code", label));
  }
  if (vscode.workspace.workspaceFolders !== undefined && vscode.workspace.isTrusted) {
    const label = on ? vscode.l10n.t("Switch completions off in this workspace") : vscode.l10n.t("Switch completions on in this workspace");
    list.push(entry("sopro.switchWorkspace", "folder", label));
  }
  return [
    ...list,
    separator(vscode.l10n.t("Models")),
    entry("sopro.chooseModel", "list-selection", vscode.l10n.t("Choose a model…")),
    entry("sopro.pullModel", "cloud-download", vscode.l10n.t("Install a model…")),
    entry("sopro.removeModel", "trash", vscode.l10n.t("Remove a model…")),
    separator(vscode.l10n.t("Look closer")),
    entry("sopro.showTrace", "eye", vscode.l10n.t("Show exactly what was sent")),
    entry("sopro.runDoctor", "pulse", vscode.l10n.t("Run the doctor")),
    entry("sopro.showLog", "output", vscode.l10n.t("Show the log")),
    entry("sopro.restart", "refresh", vscode.l10n.t("Restart the server")),
    entry("sopro.setUp", "rocket", vscode.l10n.t("Set up")),
  ];
}

function entry(command: string, icon: string, label: string): Entry {
  return { command, label: `$(${icon}) ${label}` };
}

function separator(label: string): Entry {
  return { label, kind: vscode.QuickPickItemKind.Separator };
}
