import type { Server, Status } from "../../src/server";
import { EventEmitter } from "./vscode";

/** A server that says what the test has it say. */
export class FakeServer implements Server {
  private readonly changed = new EventEmitter<Status>();
  readonly onState = this.changed.event as Server["onState"];
  state: Status = { kind: "starting", model: "", message: "" };

  /** What commands answer; a test may replace it. */
  answer: (command: string, argument: object) => Promise<unknown> = () => Promise.reject(new Error("not asked for"));

  run<T>(command: string, argument: object): Promise<T> {
    return this.answer(command, argument) as Promise<T>;
  }

  say(kind: Status["kind"]): void {
    this.state = { ...this.state, kind };
    this.changed.fire(this.state);
  }
}

/** Lets everything happen that is due now. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
