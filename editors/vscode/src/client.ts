import type { ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import {
  type ClientCapabilities,
  CloseAction,
  ErrorAction,
  ExecuteCommandRequest,
  LSPErrorCodes,
  LanguageClient,
  type LanguageClientOptions,
  ProgressType,
  type Range,
  ResponseError,
  RevealOutputChannelOn,
} from "vscode-languageclient/node";
import type { Status, Stream } from "./server";

/** What Sopro completes: files, what is not saved yet, and cells of notebooks. All else (the output, a commit's message, the old side of a diff) is not code that somebody writes here. */
export const selector = [{ scheme: "file" }, { scheme: "untitled" }, { scheme: "vscode-notebook-cell" }];

/** What the language client is given from outside. */
export interface Surroundings {
  readonly log: vscode.LogOutputChannel;
  readonly middleware: NonNullable<LanguageClientOptions["middleware"]>;
  /** The settings that the person made, as `initializationOptions`. */
  readonly settings: () => object;
}

/** The language client proper, which tells of faults in the log alone: what people should know, the server says in words. */
class QuietClient extends LanguageClient {
  override error(message: string, data?: unknown): void {
    super.error(message, data, false);
  }
}

/** What the server streams; see Stream. */
interface Piece {
  readonly comment?: Range;
  readonly text?: string;
  readonly reset?: boolean;
}

/** One process of the server, with the client that speaks with it until one of them ends. */
export class Connection {
  private readonly client: LanguageClient;
  private readonly exited: Promise<void>;

  constructor(
    private readonly process: ChildProcess,
    around: Surroundings,
    onStatus: (status: Status) => void,
  ) {
    this.exited = new Promise((resolve) => {
      process.once("exit", () => {
        resolve();
      });
    });
    this.client = new QuietClient("sopro", "Sopro", () => Promise.resolve({ process, detached: true }), {
      documentSelector: selector,
      outputChannel: around.log,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      initializationOptions: around.settings,
      initializationFailedHandler: () => false,
      middleware: around.middleware,
      errorHandler: {
        error: () => ({ action: ErrorAction.Continue, handled: true }),
        closed: () => {
          process.kill(); // a server that does not listen any more is of no use
          return { action: CloseAction.DoNotRestart, handled: true };
        },
      },
    });
    this.client.registerFeature({
      fillClientCapabilities: announce,
      initialize: () => undefined,
      getState: () => ({ kind: "static" }),
      clear: () => undefined,
    });
    this.client.onNotification("sopro/status", onStatus);
  }

  /** Shakes hands. Rejects when the server does not answer as one. */
  start(): Promise<void> {
    return this.client.start();
  }

  /** See Server.run. */
  async run<T>(command: string, argument: object, stream?: Stream, cancel?: vscode.CancellationToken): Promise<T> {
    if (!stream) {
      return this.execute<T>({ command, arguments: [argument] }, cancel);
    }
    const token = randomUUID();
    const listening = this.client.onProgress(new ProgressType<Piece>(), token, (piece) => {
      if (piece.comment) {
        stream.comment?.(this.client.protocol2CodeConverter.asRange(piece.comment));
      }
      if (piece.reset) {
        stream.reset?.();
      }
      if (piece.text) {
        stream.text?.(piece.text);
      }
    });
    try {
      return await this.execute<T>({ command, arguments: [{ ...argument, token }], workDoneToken: randomUUID() }, cancel);
    } finally {
      listening.dispose();
    }
  }

  private async execute<T>(params: { command: string; arguments: object[]; workDoneToken?: string }, cancel?: vscode.CancellationToken): Promise<T> {
    try {
      return (await this.client.sendRequest(ExecuteCommandRequest.type, params, cancel)) as T;
    } catch (error) {
      if (cancel?.isCancellationRequested || (error instanceof ResponseError && error.code === LSPErrorCodes.RequestCancelled)) {
        throw new vscode.CancellationError();
      }
      throw new Error(error instanceof Error ? error.message : String(error), { cause: error });
    }
  }

  /** Ends the server, by force where it does not go. Resolves when the process is gone. */
  async stop(): Promise<void> {
    try {
      await this.client.dispose(1500);
    } catch {
      // It is not running, or does not answer: the process is ended all the same.
    }
    const force = setTimeout(() => this.process.kill("SIGKILL"), 1000);
    await this.exited;
    clearTimeout(force);
  }
}

function announce(capabilities: ClientCapabilities): void {
  capabilities.experimental = { ...(capabilities.experimental as object | undefined), sopro: { status: true } };
}
