import * as vscode from "vscode";
import type { Health, HealthWatch } from "./health";
import type { Server } from "./server";

const walkthrough = "sopro.sopro#setUp";

/** What is remembered in VS Code: that the walkthrough was shown or never needed, that a completion was taken. */
const shown = "setUp.shown";
const tried = "setUp.tried";

/** How long a model must be lacking before the walkthrough is shown, in milliseconds: while settings change there is none for a moment. */
const patience = 2000;

/** How long whoever opens the walkthrough waits for what the server finds on this machine, in milliseconds. */
const looking = 3000;

/** Ticks the steps of the walkthrough as they come true, and shows it once where no model answers. */
export class SetUp implements vscode.Disposable {
  private readonly listening: vscode.Disposable;
  private lacking: NodeJS.Timeout | undefined;
  private opened = false;

  constructor(
    private readonly server: Server,
    private readonly watch: HealthWatch,
    private readonly memory: vscode.Memento,
  ) {
    this.listening = watch.onHealth((health) => {
      this.look(health);
    });
  }

  /** Opens the walkthrough at the first step that is to be done, with those ticked that are. */
  async open(): Promise<void> {
    this.opened = true;
    void this.memory.update(shown, true);
    const health = await this.found();
    const step = health?.engine === "model" ? "try" : isReachable(health) ? "model" : "ollama";
    await vscode.commands.executeCommand("workbench.action.openWalkthrough", { category: walkthrough, step }, false);
    this.tickAll(health);
  }

  /** What the server finds on this machine; it is started for that. What is known after a while has to do. */
  private async found(): Promise<Health | undefined> {
    const isFinding = (): boolean => this.watch.health?.engine === "model" || (this.watch.health !== undefined && this.server.state.kind !== "loading");
    if (isFinding()) {
      return this.watch.health;
    }
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(limit);
        listening.dispose();
        resolve();
      };
      const limit = setTimeout(end, looking);
      const listening = this.watch.onHealth(() => {
        if (isFinding() || this.server.state.kind === "missing") {
          end();
        }
      });
      this.server.run("sopro.status", {}).catch(() => undefined); // what it finds is told by the watch
    });
    return this.watch.health;
  }

  /**
   * Whether the walkthrough says what the server has noticed: that no model answers. Whether it comes up by itself is known after a
   * while.
   */
  async says(words: string): Promise<boolean> {
    if (!this.memory.get<boolean>(shown, false)) {
      await new Promise((resolve) => setTimeout(resolve, 2 * patience));
    }
    const { message } = this.server.state;
    return this.opened && message !== "" && words.startsWith(message);
  }

  /** A completion was taken: the last step is done. */
  accepted(): void {
    if (!this.memory.get<boolean>(tried, false)) {
      void this.memory.update(tried, true);
      tick("sopro.tried");
    }
  }

  private look(health: Health | undefined): void {
    this.tickAll(health);
    if (health?.engine === "model" && !this.memory.get<boolean>(shown, false)) {
      void this.memory.update(shown, true); // where a model has answered once, somebody knows how
    }
    const lacking = health !== undefined && this.isLacking(health) && !this.memory.get<boolean>(shown, false);
    if (!lacking) {
      clearTimeout(this.lacking);
      this.lacking = undefined;
    } else {
      this.lacking ??= setTimeout(() => {
        if (!this.memory.get<boolean>(shown, false)) {
          void this.open(); // no other window has meanwhile
        }
      }, patience);
    }
  }

  /** While the server looks around it is loading; what else it says is a finding. Who asks another server than Ollama has set it up. */
  private isLacking(health: Health): boolean {
    const { kind } = this.server.state;
    return health.engine !== "model" && (kind === "builtin" || kind === "error") && !health.openai;
  }

  private tickAll(health: Health | undefined): void {
    if (health) {
      void vscode.commands.executeCommand("setContext", "sopro.known", true); // the walkthrough is listed from now on
    }
    if (isReachable(health)) {
      tick("sopro.ollama");
    }
    if (health?.engine === "model") {
      tick("sopro.model");
    }
    if (this.memory.get<boolean>(tried, false)) {
      tick("sopro.tried");
    }
  }

  dispose(): void {
    clearTimeout(this.lacking);
    this.listening.dispose();
  }
}

function isReachable(health: Health | undefined): boolean {
  return health?.ollama.reachable === true || health?.openai?.reachable === true;
}

/**
 * Tells that a step is done. VS Code ticks a step when its key becomes true, and never again in a window in which it was true already
 * when the walkthrough was first looked at: so the key is true for a moment only.
 */
function tick(key: string): void {
  void vscode.commands.executeCommand("setContext", key, true);
  void vscode.commands.executeCommand("setContext", key, false);
}
