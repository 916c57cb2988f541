import * as vscode from "vscode";
import type { Server } from "./server";

const section = "sopro";

/** Whether completions are on, as VS Code's settings say; they are kept there, and the server hears of each change. */
export class Switches implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly listening: vscode.Disposable;

  readonly onChange = this.changed.event;

  constructor(private readonly server: Server) {
    this.listening = vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration(section)) {
        this.changed.fire();
      }
    });
  }

  /** Whether completions are on at all. The server knows best: they may be switched off outside of VS Code. */
  get on(): boolean {
    if (this.server.state.kind === "disabled") {
      return false;
    }
    const settings = vscode.workspace.getConfiguration(section);
    return settings.get<boolean>("enabled", true) && settings.get<boolean>("completion.enabled", true);
  }

  /** Whether completions are on in a language, where they are on at all. */
  onIn(language: string): boolean {
    const languages = vscode.workspace.getConfiguration(section).get<Record<string, boolean>>("completion.languages", {});
    return languages[language] ?? languages["*"] ?? true;
  }

  /** Switches everywhere. What this workspace says otherwise goes, or the switch would seem to do nothing here. */
  async everywhere(): Promise<void> {
    await this.switch(!this.on, vscode.ConfigurationTarget.Global);
    if (!vscode.workspace.isTrusted) {
      return; // it says nothing that counts, and its files are left as they are
    }
    for (const key of ["enabled", "completion.enabled"]) {
      if (vscode.workspace.getConfiguration(section).inspect(key)?.workspaceValue !== undefined) {
        await this.set(key, undefined, vscode.ConfigurationTarget.Workspace);
      }
    }
  }

  /** Switches in this workspace alone. */
  async workspace(): Promise<void> {
    await this.switch(!this.on, vscode.ConfigurationTarget.Workspace);
  }

  /** The main switch also stops what goes on in the background; it is touched where it is what keeps completions off. */
  private async switch(on: boolean, target: vscode.ConfigurationTarget): Promise<void> {
    const settings = vscode.workspace.getConfiguration(section);
    const main = !settings.get<boolean>("enabled", true) || (this.server.state.kind === "disabled" && settings.get<boolean>("completion.enabled", true));
    await this.set("completion.enabled", on, target);
    if (on && main) {
      await this.set("enabled", true, target);
    }
  }

  /** Switches in a language, everywhere. */
  async language(language: string): Promise<void> {
    const settings = vscode.workspace.getConfiguration(section);
    const made = settings.inspect<Record<string, boolean>>("completion.languages");
    const on = !this.onIn(language);
    await this.set("completion.languages", { ...made?.globalValue, [language]: on }, vscode.ConfigurationTarget.Global);
    if (vscode.workspace.isTrusted && made?.workspaceValue?.[language] === !on) {
      await this.set("completion.languages", { ...made.workspaceValue, [language]: on }, vscode.ConfigurationTarget.Workspace);
    }
  }

  private async set(key: string, value: unknown, target: vscode.ConfigurationTarget): Promise<void> {
    await vscode.workspace.getConfiguration(section).update(key, value, target);
  }

  dispose(): void {
    this.listening.dispose();
    this.changed.dispose();
  }
}
