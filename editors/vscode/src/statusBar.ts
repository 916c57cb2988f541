import * as vscode from "vscode";
import { face, facts } from "./face";
import type { HealthWatch } from "./health";
import type { Server } from "./server";
import type { Switches } from "./switches";

/** The item at the right of the status bar: which model, how it is, and a click for the menu. */
export function statusBar(server: Server, watch: HealthWatch, switches: Switches): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("sopro.status", vscode.StatusBarAlignment.Right, 100);
  item.name = "Sopro";
  item.command = "sopro.menu";
  const draw = (): void => {
    const { state } = server;
    const language = vscode.window.activeTextEditor?.document.languageId;
    const shown = face(state, watch.health, language !== undefined && !switches.onIn(language));
    item.text = shown.text;
    item.accessibilityInformation = { label: ["Sopro", state.model, shown.state, state.message].filter(Boolean).join(", "), role: "button" };
    item.tooltip = tooltip(shown.state, state.message, facts(state, watch.health));
    item.backgroundColor = shown.alarming ? new vscode.ThemeColor("statusBarItem.warningBackground") : undefined;
  };
  draw();
  item.show();
  return vscode.Disposable.from(
    item,
    server.onState(draw),
    watch.onHealth(draw),
    switches.onChange(draw),
    vscode.window.onDidChangeActiveTextEditor(draw),
  );
}

/** All values are plain text: names of models and messages come from elsewhere, and make no link and no formatting here. */
export function tooltip(state: string, message: string, rows: [label: string, value: string][]): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.appendMarkdown("**Sopro** — ").appendText(state);
  for (const paragraph of [message, ...rows.map(([label, value]) => `${label}: ${value}`)]) {
    if (paragraph !== "") {
      text.appendMarkdown("\n\n").appendText(paragraph);
    }
  }
  return text;
}
