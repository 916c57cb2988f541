import * as vscode from "vscode";
import type { Server } from "../server";
import { plain, tell } from "../tell";
import { Ghosts } from "./ghost";
import { Proposal, type ServerEdit } from "./proposal";

/**
 * How often the ghost text follows what streams, in milliseconds: oftener than people read, and no oftener, since the editor asks every
 * extension that completes each time.
 */
const refreshEvery = 120;

/** A proposal with what else is known while it lives. */
interface Live {
  /** None before the server has found the comment. */
  proposal?: Proposal;
  readonly cancel: vscode.CancellationTokenSource;
  /** What the status bar says of it. */
  said?: vscode.Disposable | undefined;
  /** Where the cursors were. */
  readonly before: readonly vscode.Selection[];
}

/** The proposals, one a document at most. */
export class Proposals implements vscode.Disposable {
  private readonly live = new Map<string, Live>();
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly listeners: vscode.Disposable;
  private readonly ghosts = new Ghosts((document) => this.at(document));
  private refreshing: Promise<void> | undefined;

  /** There is something else to be seen. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly server: Server) {
    this.listeners = vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        if (contentChanges.length > 0) {
          this.follow(document, contentChanges);
        }
      }),
      vscode.workspace.onDidCloseTextDocument((document) => {
        this.drop(document);
      }),
    );
  }

  at(document: vscode.TextDocument): Proposal | undefined {
    return this.live.get(document.uri.toString())?.proposal;
  }

  /** Whether code is being written for a place, or lies there to be accepted: then nothing else is completed on its line. */
  has(document: vscode.TextDocument, position: vscode.Position): boolean {
    const proposal = this.at(document);
    return (proposal?.state === "writing" || proposal?.state === "ready") && proposal.place.line === position.line;
  }

  /** Has code written for the comment at or above a position. */
  async generate(editor: vscode.TextEditor, position: vscode.Position): Promise<void> {
    const { document } = editor;
    const { version } = document;
    const before = this.live.get(document.uri.toString())?.before ?? editor.selections;
    this.drop(document);
    const live: Live = { cancel: new vscode.CancellationTokenSource(), before };
    this.live.set(document.uri.toString(), live);
    const argument = { uri: document.uri.toString(), position: { line: position.line, character: position.character } };
    const current = (): boolean => this.live.get(document.uri.toString()) === live;
    const add = (change: (proposal: Proposal) => void): void => {
      if (live.proposal && current()) {
        change(live.proposal);
        this.soon();
      }
    };
    try {
      const { text, edit } = await this.server.run<{ text: string; edit: ServerEdit }>("sopro.generate", argument, {
        comment: (range) => {
          if (current()) {
            this.begin(live, editor, new Proposal(document, version, range));
          }
        },
        text: (text) => { add((proposal) => (proposal.text += text)); },
        reset: () => { add((proposal) => (proposal.text = "")); },
      }, live.cancel.token);
      if (current()) {
        live.proposal?.finish(text, edit);
        this.changed.fire();
        live.said = say(proposed());
        await this.refreshing;
        await this.refresh();
      }
    } catch (error) {
      if (current()) {
        this.failed(document, live, error);
      }
    }
  }

  /** Puts the code in, as one step of undo. */
  async accept(document: vscode.TextDocument): Promise<void> {
    const proposal = this.at(document);
    if (proposal?.state === "writing") {
      vscode.window.setStatusBarMessage(vscode.l10n.t("Sopro is still writing: accept it when it is finished."), 4000);
      return;
    }
    const edit = proposal?.accepted;
    if (!proposal || !edit) {
      return;
    }
    const { end, place } = proposal;
    this.drop(document);
    await this.ghosts.hide();
    if (!(await vscode.workspace.applyEdit(edit))) {
      void vscode.window.showWarningMessage(vscode.l10n.t("The editor did not take the code: the file may be read-only."));
      return;
    }
    const editor = shownEditor(document);
    if (editor?.selection.active.line === place.line) {
      const cursor = document.positionAt(end);
      editor.selection = new vscode.Selection(cursor, cursor);
      editor.revealRange(editor.selection);
    }
  }

  /** Throws it away, also while it comes. The cursors go back to where they were, unless they were moved since. */
  async reject(document: vscode.TextDocument): Promise<void> {
    const { proposal, before } = this.live.get(document.uri.toString()) ?? {};
    const changed = proposal?.state === "outdated";
    const place = proposal?.place;
    this.drop(document);
    await this.ghosts.hide();
    const editor = shownEditor(document);
    if (before && place && !changed && editor?.selection.active.isEqual(place)) {
      editor.selections = before;
    }
  }

  /** Writes it anew. */
  async again(document: vscode.TextDocument): Promise<void> {
    const proposal = this.at(document);
    if (proposal) {
      const position = proposal.place;
      await this.generate(shownEditor(document) ?? (await vscode.window.showTextDocument(document)), position);
    }
  }

  /** Brings it into view: the cursor goes where its ghost text can be seen. */
  async show(document: vscode.TextDocument): Promise<void> {
    const proposal = this.at(document);
    if (proposal) {
      const shown = shownEditor(document);
      const editor = await vscode.window.showTextDocument(document, shown ? { viewColumn: shown.viewColumn ?? vscode.ViewColumn.Active } : {});
      bring(editor, proposal.place);
      await this.refresh();
    }
  }

  dispose(): void {
    this.ghosts.dispose();
    this.listeners.dispose();
    for (const { cancel } of this.live.values()) {
      cancel.cancel();
    }
    this.live.clear();
    this.changed.dispose();
  }

  private begin(live: Live, editor: vscode.TextEditor, proposal: Proposal): void {
    live.proposal = proposal;
    if (proposal.state === "writing" && editor === vscode.window.activeTextEditor) {
      bring(editor, proposal.place);
    }
    this.changed.fire();
  }

  private failed(document: vscode.TextDocument, live: Live, error: unknown): void {
    if (live.proposal?.state === "outdated") {
      return; // that is what the server says too
    }
    if (live.proposal) {
      live.proposal.fail(error instanceof Error ? error.message : String(error));
      this.changed.fire();
      void this.ghosts.hide();
    } else {
      this.drop(document);
    }
    if (!live.proposal || !vscode.workspace.getConfiguration("editor", document).get<boolean>("codeLens", true)) {
      tell(error);
    } else {
      live.said = say(live.proposal.error);
    }
  }

  private follow(document: vscode.TextDocument, changes: readonly vscode.TextDocumentContentChangeEvent[]): void {
    const live = this.live.get(document.uri.toString());
    if (!live?.proposal) {
      return;
    }
    const was = live.proposal.state;
    if (live.proposal.follow(changes)) {
      this.drop(document);
      return;
    }
    live.cancel.cancel();
    if (was !== live.proposal.state) {
      this.changed.fire();
    } else {
      void this.refresh(); // it moved
    }
  }

  private drop(document: vscode.TextDocument): void {
    const live = this.live.get(document.uri.toString());
    if (live) {
      this.live.delete(document.uri.toString());
      live.cancel.cancel();
      live.said?.dispose();
      this.changed.fire();
    }
  }

  /** Has the ghost text follow what streams. */
  private soon(): void {
    this.refreshing ??= this.refreshLater().finally(() => (this.refreshing = undefined));
  }

  private async refreshLater(): Promise<void> {
    await new Promise((resolve) => setTimeout(resolve, refreshEvery));
    await this.refresh();
  }

  /** Has the ghost text follow, where the cursor is so that it can be seen. */
  async refresh(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    const proposal = editor && this.at(editor.document);
    if (!proposal || proposal.ghost === "" || proposal.place.line !== editor.selection.active.line) {
      return;
    }
    if (proposal.state === "ready") {
      await this.ghosts.settle(proposal.ghost);
    } else {
      await this.ghosts.refresh();
    }
  }
}

/** An editor that shows a document, the active one first. */
function shownEditor(document: vscode.TextDocument): vscode.TextEditor | undefined {
  return [vscode.window.activeTextEditor, ...vscode.window.visibleTextEditors].find((editor) => editor?.document === document);
}

/**
 * Says what appears in the editor: to somebody who listens by a notification, which is read aloud. Whether somebody listens VS Code
 * does not tell, unless a setting says so; else it stands in the status bar, where everybody finds it. The editor itself reads the code.
 */
function say(words: string): vscode.Disposable | undefined {
  if (vscode.workspace.getConfiguration("editor").get("accessibilitySupport") === "on") {
    void vscode.window.showInformationMessage(plain(words));
    return undefined;
  }
  return vscode.window.setStatusBarMessage(words, 15_000);
}

/** That there is a proposal, and how to take it; short, since the status bar has little room. */
function proposed(): string {
  const accept = process.platform === "darwin" ? "Cmd+Enter" : "Ctrl+Enter";
  return vscode.l10n.t("Sopro proposes code: {0} accepts, {1} rejects", accept, "Escape");
}

/** Puts the one cursor somewhere. */
function bring(editor: vscode.TextEditor, place: vscode.Position): void {
  editor.selection = new vscode.Selection(place, place);
  editor.revealRange(editor.selection, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}
