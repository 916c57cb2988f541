import * as vscode from "vscode";
import type { Server } from "./server";

/** What the server tells of all it stands on; the answer to sopro.status. */
export interface Health {
  readonly engine: "model" | "built-in" | "none";
  readonly server: { readonly version: string };
  readonly ollama: Endpoint;
  /** Where another server is asked instead of Ollama. */
  readonly openai?: Endpoint;
  readonly models: { readonly completion?: string; readonly chat?: string };
}

export interface Endpoint {
  readonly url: string;
  readonly reachable: boolean;
  readonly version?: string;
}

/** The states in which there is nobody to ask. */
const absent = new Set(["idle", "starting", "stopped", "missing"]);

/** Asks for the server's health each time its state has changed, and keeps the newest answer. */
export class HealthWatch implements vscode.Disposable {
  private readonly changed = new vscode.EventEmitter<Health | undefined>();
  private readonly listening: vscode.Disposable;
  private asked = 0;
  private known: Health | undefined;

  readonly onHealth = this.changed.event;

  constructor(private readonly server: Server) {
    this.listening = server.onState(() => {
      void this.ask();
    });
  }

  /** Undefined where there is no server. */
  get health(): Health | undefined {
    return this.known;
  }

  private async ask(): Promise<void> {
    const mine = ++this.asked;
    const answer = absent.has(this.server.state.kind) ? undefined : await this.server.run<Health>("sopro.status", {}).catch(() => undefined);
    if (mine === this.asked) {
      this.known = answer;
      this.changed.fire(answer);
    }
  }

  dispose(): void {
    this.listening.dispose();
    this.changed.dispose();
  }
}
