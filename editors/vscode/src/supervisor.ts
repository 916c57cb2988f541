import * as vscode from "vscode";
import { Backoff } from "./backoff";
import type { Server, Status, Stream } from "./server";

/** A server that cannot be started, and will not be by trying again. Its message is for people. */
export class Unstartable extends Error {}

/** One life of the server. */
export interface Process {
  /** Shakes hands; rejects when the server does not answer as one. */
  start(): Promise<void>;
  run<T>(command: string, argument: object, stream?: Stream, cancel?: vscode.CancellationToken): Promise<T>;
  /** Ends it, and resolves when it is gone. */
  stop(): Promise<void>;
  /** Resolves when it has ended, for whatever reason. */
  readonly exited: Promise<void>;
}

/** What a supervisor is given from outside. */
export interface Parts {
  /** Rejects with Unstartable where there is no server. */
  launch(onStatus: (status: Status) => void): Promise<Process>;
  now(): number;
  /** Runs something later, unless what it returns is called before. */
  later(wait: number, run: () => void): () => void;
  /** Tells the person, once, that the server has ended and is started again. */
  tellEnded(): void;
  /** Tells the person that there is no server. */
  tellUnstartable(why: string): void;
}

const silent = { model: "", message: "" };

/** Keeps the server alive: starts it when it is needed, and again when it has ended without being told to. */
export class Supervisor implements Server {
  private readonly changed = new vscode.EventEmitter<Status>();
  private readonly backoff = new Backoff();
  private now: Status = { kind: "idle", ...silent };
  private active: Promise<Process> | undefined;
  private process: Process | undefined;
  private life = 0; // counts starts and stops, so that late news of a former life is known as such
  private stopping: Promise<void> = Promise.resolve();
  private cancelRetry: (() => void) | undefined;
  private asked = false;

  readonly onState = this.changed.event;

  constructor(private readonly parts: Parts) {}

  get state(): Status {
    return this.now;
  }

  /** Whether anybody has asked for a server since it was last told to end. */
  get wanted(): boolean {
    return this.asked;
  }

  async run<T>(command: string, argument: object, stream?: Stream, cancel?: vscode.CancellationToken): Promise<T> {
    return (await this.start()).run<T>(command, argument, stream, cancel);
  }

  /** Starts the server unless it runs. */
  start(): Promise<Process> {
    this.cancelRetry?.();
    this.cancelRetry = undefined;
    this.asked = true;
    this.active ??= this.launch(++this.life);
    return this.active;
  }

  /** Starts it for nobody in particular: what goes wrong is told by the state. */
  startQuietly(): void {
    this.start().catch(() => undefined);
  }

  /** Ends the server, if it runs, and starts it anew with the settings as they are now. */
  restart(): void {
    this.backoff.reset();
    void this.stop();
    this.startQuietly();
  }

  /** Ends the server; it stays so until the next start. Resolves when the process is gone. */
  stop(): Promise<void> {
    this.cancelRetry?.();
    this.cancelRetry = undefined;
    this.asked = false;
    this.life++;
    const { process } = this;
    this.process = this.active = undefined;
    if (process) {
      const former = this.stopping;
      this.stopping = process.stop().then(() => former);
    }
    this.say({ kind: "stopped", ...silent });
    return this.stopping;
  }

  private async launch(life: number): Promise<Process> {
    this.say({ kind: "starting", ...silent });
    await this.stopping;
    const began = this.parts.now();
    const process = await this.parts
      .launch((status) => {
        if (life === this.life) {
          this.say(status);
        }
      })
      .catch((error: unknown) => {
        this.gaveUp(life, error);
        throw error;
      });
    if (life !== this.life) {
      await process.stop();
      throw new vscode.CancellationError();
    }
    this.process = process;
    void process.exited.then(() => {
      this.lost(life, this.parts.now() - began);
    });
    try {
      await process.start();
    } catch (error) {
      await process.stop(); // what does not shake hands is as good as ended
      throw error;
    }
    return process;
  }

  private gaveUp(life: number, error: unknown): void {
    if (life !== this.life) {
      return;
    }
    const message = error instanceof Error ? error.message : String(error);
    this.active = undefined;
    this.say({ kind: "missing", model: "", message });
    this.parts.tellUnstartable(message);
  }

  private lost(life: number, lived: number): void {
    if (life !== this.life) {
      return;
    }
    this.process = this.active = undefined;
    const { wait, isNews } = this.backoff.ended(lived);
    this.say({ kind: "stopped", ...silent });
    if (isNews) {
      this.parts.tellEnded();
    }
    this.cancelRetry = this.parts.later(wait, () => {
      this.startQuietly();
    });
  }

  private say(status: Status): void {
    this.now = status;
    this.changed.fire(status);
  }
}
