import * as vscode from "vscode";
import { type Change, moved, type Span } from "../explain/span";

/** `writing`: it comes. `ready`: it can be accepted. `outdated`: the document is another one now. `failed`: there is none. */
export type State = "writing" | "ready" | "outdated" | "failed";

/** The server's edit, as it stands in the answer of sopro.generate. */
export interface ServerEdit {
  readonly documentChanges: readonly {
    readonly textDocument: { readonly uri: string; readonly version: number | null };
    readonly edits: readonly { readonly range: { readonly start: Place; readonly end: Place }; readonly newText: string }[];
  }[];
}

interface Place {
  readonly line: number;
  readonly character: number;
}

/** Code for a comment, which is shown below it and is not in the document until somebody accepts it. */
export class Proposal {
  state: State = "writing";
  /** The code so far, without the line end before it. */
  text = "";
  /** Why it failed, in the server's words. */
  error = "";
  private edit: ServerEdit | undefined;
  private span: Span; // of the comment

  /**
   * @param version of the document, which the server reads
   * @param comment the comment that asks for it
   */
  constructor(
    readonly document: vscode.TextDocument,
    private readonly version: number,
    comment: vscode.Range,
  ) {
    if (document.version !== version) {
      this.state = "outdated";
    }
    this.span = { start: document.offsetAt(comment.start), end: document.offsetAt(comment.end) };
  }

  /** The line of the comment that actions stand above. */
  get top(): vscode.Position {
    return this.document.positionAt(this.span.start);
  }

  /** The place below which the code goes: the end of the line on which the comment ends. */
  get place(): vscode.Position {
    return this.document.lineAt(this.document.positionAt(this.span.end).line).range.end;
  }

  /** What stands in the document's stead at the place, while there is something to be seen. */
  get ghost(): string {
    const [change] = this.edit?.documentChanges ?? [];
    if (this.state === "ready" && change?.edits.length === 1) {
      return change.edits[0]?.newText ?? "";
    }
    return (this.state === "writing" || this.state === "ready") && this.text !== "" ? `\n${this.text}` : "";
  }

  /** Takes the server's edit, unless the document is not the one that the server read, or another one is meant. */
  finish(text: string, edit: ServerEdit): void {
    if (this.state === "writing") {
      const fits = edit.documentChanges.every(
        ({ textDocument: { uri, version } }) => version === this.version && vscode.Uri.parse(uri).toString() === this.document.uri.toString(),
      );
      this.text = text;
      this.edit = edit;
      this.state = fits ? "ready" : "outdated";
    }
  }

  fail(error: string): void {
    if (this.state === "writing") {
      this.error = error;
      this.state = "failed";
    }
  }

  /** The document changes. Says whether that was the proposal itself, taken by the editor's own means. */
  follow(changes: readonly Change[]): boolean {
    const [only] = changes;
    const taken = this.state === "ready" && changes.length === 1 && only?.text.replaceAll("\r\n", "\n") === this.ghost.replaceAll("\r\n", "\n");
    this.span = changes.reduce(moved, this.span);
    if (this.state !== "failed") {
      this.state = "outdated";
    }
    return taken;
  }

  /** The edit for the editor; undefined where there is none for the document as it is. */
  get accepted(): vscode.WorkspaceEdit | undefined {
    if (this.state !== "ready" || this.document.version !== this.version) {
      return undefined;
    }
    const result = new vscode.WorkspaceEdit();
    for (const { range, newText } of this.edit?.documentChanges.flatMap(({ edits }) => edits) ?? []) {
      result.replace(this.document.uri, new vscode.Range(range.start.line, range.start.character, range.end.line, range.end.character), newText);
    }
    return result;
  }

  /** Where the cursor goes when the code is in. */
  get end(): number {
    return this.document.offsetAt(this.place) + this.ghost.trimEnd().length;
  }
}
