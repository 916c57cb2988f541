import type * as vscode from "vscode";

/** What comes while a command runs. What came before a reset is void. */
export interface Stream {
  /** The comment that asks for code, before there is any: the code goes below the line that it ends on. */
  comment?(range: vscode.Range): void;
  /** The code that is explained, before there is any explanation: where nothing was selected, the server chose it. */
  code?(range: vscode.Range): void;
  text?(delta: string): void;
  reset?(): void;
  /** How far it is, in words, and in hundredths where that is known. */
  progress?(message: string | undefined, percentage: number | undefined): void;
}

/** Figures of the last finished generation. */
export interface Last {
  promptTokens: number;
  /** The share of the prompt that the model server had read already, 0 to 1, estimated. */
  cacheHit: number;
  tokens: number;
  tokensPerSecond: number;
  firstTokenMs: number;
}

/** The kinds that the server tells, and those of a server that is not there: not started yet, ended, none to be found. */
export type Kind = "ok" | "busy" | "loading" | "disabled" | "builtin" | "warning" | "error" | "idle" | "starting" | "stopped" | "missing";

/** The last that is known of the server. */
export interface Status {
  readonly kind: Kind;
  /** The model that completes, "" where there is none. */
  readonly model: string;
  /** For people, in one sentence; may be empty. */
  readonly message: string;
  readonly tokensPerSecond?: number;
  readonly last?: Last;
}

/** The language server, whichever process it is just now. */
export interface Server {
  /**
   * Runs a command of the language server. Rejects with an Error whose message is for people (the server's own words).
   * Cancelling the token cancels the request. With a stream, text is handed over as it comes, and no progress bar pops up.
   */
  run<T>(command: string, argument: object, stream?: Stream, cancel?: vscode.CancellationToken): Promise<T>;
  readonly state: Status;
  readonly onState: vscode.Event<Status>;
}
