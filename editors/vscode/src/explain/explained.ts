import * as path from "node:path";
import * as vscode from "vscode";
import type { Subject } from "./messages";
import { moved, type Span } from "../span";

/** The code that is explained: it stays the same code while the document around it is edited. */
export class Explained implements vscode.Disposable {
  readonly uri: vscode.Uri;
  private span: Span;
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly following: vscode.Disposable;

  readonly onDidMove = this.changed.event;

  constructor(
    private document: vscode.TextDocument,
    range: vscode.Range,
    readonly column: vscode.ViewColumn | undefined,
  ) {
    this.uri = document.uri;
    this.span = spanOf(document, range);
    this.following = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
      if (document.uri.toString() === this.uri.toString() && contentChanges.length > 0) {
        this.document = document;
        this.span = contentChanges.reduce(moved, this.span);
        this.changed.fire();
      }
    });
  }

  get range(): vscode.Range {
    return new vscode.Range(this.document.positionAt(this.span.start), this.document.positionAt(this.span.end));
  }

  /** The server takes an empty range for the declaration around it; this is what it took. */
  set range(range: vscode.Range) {
    this.span = spanOf(this.document, range);
    this.changed.fire();
  }

  /** For people, in lines counted from 1. A selection that ends at the start of a line does not touch it. */
  get subject(): Subject {
    const { start, end } = this.range;
    const from = start.line + 1;
    const to = Math.max(from, end.character === 0 ? end.line : end.line + 1);
    const name = path.posix.basename(this.uri.path);
    const title = from === to ? vscode.l10n.t("{0}, line {1}", name, from) : vscode.l10n.t("{0}, lines {1} to {2}", name, from, to);
    return { title, lineCount: this.document.lineCount };
  }

  /** The document, opened again if it was closed: the server explains open documents alone. */
  async open(): Promise<vscode.TextDocument> {
    if (this.document.isClosed && this.document.isUntitled) {
      throw new Error(vscode.l10n.t("The explained code is no longer open."));
    }
    this.document = await vscode.workspace.openTextDocument(this.uri);
    return this.document;
  }

  /** An editor that shows the document, where it was before if it is not to be seen. */
  async editor(): Promise<vscode.TextEditor> {
    const shown = vscode.window.visibleTextEditors.find((editor) => editor.document.uri.toString() === this.uri.toString());
    return vscode.window.showTextDocument(await this.open(), { viewColumn: shown?.viewColumn ?? this.column ?? vscode.ViewColumn.One });
  }

  dispose(): void {
    this.following.dispose();
    this.changed.dispose();
  }
}

function spanOf(document: vscode.TextDocument, range: vscode.Range): Span {
  return { start: document.offsetAt(range.start), end: document.offsetAt(range.end) };
}
