import * as vscode from "vscode";
import { type Change, moved, type Span } from "../span";

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
  private edits: readonly { readonly span: Span; readonly text: string }[] = []; // the server's, once it is ready
  private span: Span; // of the comment, from the beginning of its first line to the end of its last one

  /**
   * @param version of the document, which the server reads; later the one that the edits are for
   * @param comment the comment that asks for it
   */
  constructor(
    readonly document: vscode.TextDocument,
    private version: number,
    comment: vscode.Range,
  ) {
    if (document.version !== version) {
      this.state = "outdated";
    }
    const last = document.positionAt(document.offsetAt(comment.end)).line; // within a document that is another one now
    this.span = { start: document.offsetAt(new vscode.Position(comment.start.line, 0)), end: document.offsetAt(document.lineAt(last).range.end) };
  }

  /** The line of the comment that actions stand above. */
  get top(): vscode.Position {
    return this.document.positionAt(this.span.start);
  }

  /** The place below which the code goes: the end of the line on which the comment ends. */
  get place(): vscode.Position {
    return this.document.positionAt(this.span.end);
  }

  /** What stands in the document's stead at the place, while there is something to be seen. */
  get ghost(): string {
    const [only, more] = this.edits;
    if (this.state === "ready" && only && !more) {
      return only.text;
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
      this.state = fits ? "ready" : "outdated";
      if (fits) {
        const offset = ({ line, character }: Place): number => this.document.offsetAt(new vscode.Position(line, character));
        this.edits = edit.documentChanges.flatMap(({ edits }) => edits.map(({ range: { start, end }, newText }) => ({ span: { start: offset(start), end: offset(end) }, text: newText })));
      }
    }
  }

  fail(error: string): void {
    if (this.state === "writing") {
      this.error = error;
      this.state = "failed";
    }
  }

  /**
   * The document changes. What is ready stays so, and moves, where the change touches neither the comment nor a place that it would
   * edit. Says whether the change was the proposal itself, taken by the editor's own means.
   */
  follow(changes: readonly Change[]): boolean {
    const [only] = changes;
    const taken = this.state === "ready" && changes.length === 1 && only?.text.replaceAll("\r\n", "\n") === this.ghost.replaceAll("\r\n", "\n");
    const stays = this.state === "ready" && changes.every((change) => [this.span, ...this.edits.map(({ span }) => span)].every((span) => !touches(change, span)));
    this.span = changes.reduce(moved, this.span);
    this.edits = this.edits.map(({ span, text }) => ({ span: changes.reduce(moved, span), text }));
    if (stays) {
      this.version = this.document.version;
    } else if (this.state !== "failed") {
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
    for (const { span, text } of this.edits) {
      result.replace(this.document.uri, new vscode.Range(this.document.positionAt(span.start), this.document.positionAt(span.end)), text);
    }
    return result;
  }

  /** Where the cursor goes when the code is in. */
  get end(): number {
    return this.document.offsetAt(this.place) + this.ghost.trimEnd().length;
  }
}

/** Whether a change is made in a span, or at one of its ends. */
function touches({ rangeOffset, rangeLength }: Change, span: Span): boolean {
  return rangeOffset <= span.end && rangeOffset + rangeLength >= span.start;
}
