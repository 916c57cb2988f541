import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { homedir } from "node:os";
import * as vscode from "vscode";
import {
  type ClientCapabilities,
  CloseAction,
  ErrorAction,
  ErrorCodes,
  ExecuteCommandRequest,
  LSPErrorCodes,
  LanguageClient,
  type Middleware,
  ProgressType,
  type Range,
  ResponseError,
  MessageType,
  RevealOutputChannelOn,
  ShowMessageNotification,
  WorkDoneProgress,
} from "vscode-languageclient/node";
import { followDiagnostics } from "./diagnostics";
import { followFocus } from "./focus";
import { selector } from "./served";
import type { Status, Stream } from "./server";
import { type Process, Unstartable } from "./supervisor";
import type { Severity } from "./tell";

/** How long a server that was told to end may take, in milliseconds. VS Code gives an extension five seconds. */
const goodbye = 1500;

/** The errors of a connection that has broken, as against those that the server answers with. */
const broken = new Set<number>([ErrorCodes.PendingResponseRejected, ErrorCodes.ConnectionInactive, ErrorCodes.MessageWriteError]);

/** What the language client is given from outside. */
export interface Surroundings {
  readonly log: vscode.LogOutputChannel;
  readonly middleware: Middleware;
  /** The settings that somebody made, as `initializationOptions`. */
  readonly settings: () => object;
  /** Whether completions are on in a document, so that the server has a use for what other tools say of it. */
  readonly completes: (document: vscode.TextDocument) => boolean;
  /** The server has noticed something that a person should know. */
  readonly noticed: (severity: Severity, words: string) => void;
}

/** Starts the program of the server, far from the opened folders. */
export async function spawnServer(program: string, flags: readonly string[]): Promise<ChildProcess> {
  const child = spawn(program, ["lsp", ...flags], { stdio: "pipe", cwd: homedir(), windowsHide: true });
  try {
    await once(child, "spawn");
  } catch (error) {
    throw new Unstartable(vscode.l10n.t("{0} cannot be started: {1}", program, error instanceof Error ? error.message : String(error)));
  }
  child.on("error", () => undefined); // that it could not be killed: it has ended by itself
  return child;
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
  readonly code?: Range;
  readonly text?: string;
  readonly reset?: boolean;
}

/** One process of the server, with the client that speaks with it until one of them ends. */
export class Connection implements Process {
  private readonly client: LanguageClient;
  private readonly gone: Promise<void>;
  private readonly lost = new vscode.EventEmitter<void>();
  private following: vscode.Disposable | undefined;
  readonly exited: Promise<void>;

  constructor(
    private readonly process: ChildProcess,
    private readonly around: Surroundings,
    onStatus: (status: Status) => void,
  ) {
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
    this.client.onNotification(ShowMessageNotification.type, ({ type, message }) => {
      around.noticed(type === MessageType.Error ? "error" : type === MessageType.Warning ? "warning" : "info", message);
    });
    this.gone = new Promise((resolve) => {
      if (process.exitCode !== null || process.signalCode !== null) {
        resolve();
      }
      process.once("exit", () => {
        resolve();
      });
    });
    this.exited = this.gone.then(() => {
      this.lost.fire();
      return this.release();
    });
  }

  async start(): Promise<void> {
    const ended = this.gone.then(() => {
      throw new Error(vscode.l10n.t("The server ended at its start"));
    });
    await Promise.race([this.client.start(), ended]);
    const tell = (method: string, params: object): void => {
      void this.client.sendNotification(method, params).catch(() => undefined); // it has ended
    };
    this.following = vscode.Disposable.from(
      followFocus((focus) => {
        tell("textDocument/didFocus", focus ?? {});
      }),
      followDiagnostics(this.around.completes, (told) => {
        tell("sopro/diagnostics", told);
      }),
    );
  }

  async run<T>(command: string, argument: object, stream?: Stream, cancel?: vscode.CancellationToken): Promise<T> {
    if (!stream) {
      return this.execute<T>({ command, arguments: [argument] }, cancel);
    }
    const [token, workDoneToken] = [randomUUID(), randomUUID()];
    const text = this.client.onProgress(new ProgressType<Piece>(), token, (piece) => {
      if (piece.comment) {
        stream.comment?.(this.client.protocol2CodeConverter.asRange(piece.comment));
      }
      if (piece.code) {
        stream.code?.(this.client.protocol2CodeConverter.asRange(piece.code));
      }
      if (piece.reset) {
        stream.reset?.();
      }
      if (piece.text) {
        stream.text?.(piece.text);
      }
    });
    const bar = this.client.onProgress(WorkDoneProgress.type, workDoneToken, (step) => {
      if (step.kind !== "end") {
        stream.progress?.(step.message, step.percentage);
      }
    });
    try {
      return await this.execute<T>({ command, arguments: [{ ...argument, token }], workDoneToken }, cancel);
    } finally {
      text.dispose();
      bar.dispose();
    }
  }

  private async execute<T>(params: { command: string; arguments: object[]; workDoneToken?: string }, cancel?: vscode.CancellationToken): Promise<T> {
    try {
      return (await this.untilLost(this.client.sendRequest(ExecuteCommandRequest.type, params, cancel))) as T;
    } catch (error) {
      const answered = error instanceof ResponseError && !broken.has(error.code);
      // The server gives up what a person was asked about and did not want.
      const given = answered && (error.code === LSPErrorCodes.RequestCancelled || error.code === LSPErrorCodes.ServerCancelled);
      if (cancel?.isCancellationRequested || given) {
        throw new vscode.CancellationError();
      }
      throw new Error(answered ? error.message : vscode.l10n.t("The server ended before it answered"), { cause: error });
    }
  }

  /**
   * Waits for an answer as long as there is a process to give it. The language client waits for the end of the process's output, and
   * where that comes after the end of the process, as when another one holds the pipe, it has forgotten by then whom it owes an answer.
   */
  private async untilLost<T>(answer: Promise<T>): Promise<T> {
    let listening: vscode.Disposable | undefined;
    const lost = new Promise<never>((_, reject) => {
      listening = this.lost.event(() => {
        reject(new Error("the process has ended"));
      });
    });
    try {
      return await Promise.race([answer, lost]);
    } finally {
      listening?.dispose();
    }
  }

  async stop(): Promise<void> {
    if (this.client.isRunning()) {
      await this.release();
    } else {
      this.process.kill();
    }
    const force = setTimeout(() => this.process.kill("SIGKILL"), goodbye);
    await this.exited;
    clearTimeout(force);
  }

  /** Says goodbye to the server, and takes everything back that was registered in VS Code for it. */
  private async release(): Promise<void> {
    this.following?.dispose();
    await this.client.dispose(goodbye).catch(() => undefined); // it was never running, or does not answer: the process is ended all the same
  }
}

/**
 * Says what this client can beyond LSP, and takes back what it will not do: an action that is resolved would ask the model with no
 * way to see it come or to stop it, so the server is to send commands.
 */
function announce(capabilities: ClientCapabilities): void {
  capabilities.experimental = { ...(capabilities.experimental as object | undefined), sopro: { status: true } };
  delete capabilities.textDocument?.codeAction?.resolveSupport;
}
