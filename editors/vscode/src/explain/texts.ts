import * as vscode from "vscode";
import type { Texts } from "./messages";

/** The panel's words, in the person's language. */
export function texts(): Texts {
  return {
    heading: vscode.l10n.t("Explanation"),
    jump: vscode.l10n.t("Go to this code"),
    code: vscode.l10n.t("Code"),
    table: vscode.l10n.t("Table"),
    copy: vscode.l10n.t("Copy"),
    copied: vscode.l10n.t("Copied"),
    insert: vscode.l10n.t("Insert into the editor"),
    copyAll: vscode.l10n.t("Copy all"),
    stop: vscode.l10n.t("Stop"),
    retry: vscode.l10n.t("Try again"),
    thinking: vscode.l10n.t("Thinking…"),
    finished: vscode.l10n.t("The explanation is finished."),
    stopped: vscode.l10n.t("Stopped."),
    failed: vscode.l10n.t("There is no explanation."),
    question: vscode.l10n.t("Ask about this code"),
    placeholder: vscode.l10n.t("What else would you like to know?"),
    ask: vscode.l10n.t("Ask"),
  };
}
