import * as vscode from "vscode";
import type { Health, HealthWatch } from "./health";
import type { Server } from "./server";

const walkthrough = "sopro.sopro#setUp";

/** What is remembered in VS Code: that the walkthrough was shown, that a completion was taken. */
const shown = "setUp.shown";
const tried = "setUp.tried";

/** Opens the walkthrough, when somebody asks for it. */
export async function openSetUp(): Promise<void> {
  await vscode.commands.executeCommand("workbench.action.openWalkthrough", walkthrough, false);
}

/** Ticks the steps of the walkthrough as they come true, and shows it once where no model answers. */
export class SetUp implements vscode.Disposable {
  private readonly listening: vscode.Disposable;

  constructor(
    private readonly server: Server,
    watch: HealthWatch,
    private readonly memory: vscode.Memento,
  ) {
    this.listening = watch.onHealth((health) => {
      this.look(health);
    });
    setContext("sopro.tried", memory.get<boolean>(tried, false));
  }

  private look(health: Health | undefined): void {
    if (!health) {
      return;
    }
    setContext("sopro.known", true); // the walkthrough is offered from now on, not before it is known whether anything is lacking
    setContext("sopro.ollama", health.ollama.reachable || health.openai?.reachable === true);
    setContext("sopro.model", health.engine === "model");
    // While the server still looks around it is loading; what else it says is a finding.
    const lacking = health.engine !== "model" && (this.server.state.kind === "builtin" || this.server.state.kind === "error");
    if (lacking && !health.openai && !this.memory.get<boolean>(shown, false)) {
      void this.memory.update(shown, true);
      void openSetUp();
    }
  }

  /** A completion was taken: the last step is done. */
  accepted(): void {
    if (!this.memory.get<boolean>(tried, false)) {
      void this.memory.update(tried, true);
      setContext("sopro.tried", true);
    }
  }

  dispose(): void {
    this.listening.dispose();
  }
}

function setContext(key: string, value: boolean): void {
  void vscode.commands.executeCommand("setContext", key, value);
}
