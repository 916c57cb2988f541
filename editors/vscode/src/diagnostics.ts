import * as vscode from "vscode";
import { isServed } from "./served";

/** The least time between two messages about one document, in milliseconds: linters and compilers speak in bursts. */
const pause = 200;
/** So many are told of one document; a prompt shows a few, of one line. */
const most = 50;

/** What other tools say of a document now, in LSP's words. */
export interface Told {
  readonly uri: string;
  readonly version: number;
  readonly diagnostics: readonly object[];
}

/** Tells the errors and warnings of the open documents that Sopro serves, where they are wanted, now and whenever they change. */
export function followDiagnostics(wanted: (document: vscode.TextDocument) => boolean, tell: (told: Told) => void): vscode.Disposable {
  const timers = new Map<string, NodeJS.Timeout>();
  const last = new Map<string, string>();
  const look = (document: vscode.TextDocument): void => {
    if (document.isClosed || !isServed(document) || !wanted(document)) {
      return;
    }
    const uri = document.uri.toString();
    const diagnostics = nearest(document).map(inLSP);
    const now = JSON.stringify(diagnostics);
    if (now !== (last.get(uri) ?? "[]")) {
      last.set(uri, now);
      tell({ uri, version: document.version, diagnostics });
    }
  };
  const soon = (document: vscode.TextDocument): void => {
    const uri = document.uri.toString();
    if (!timers.has(uri)) {
      const timer = setTimeout(() => {
        timers.delete(uri);
        look(document);
      }, pause);
      timers.set(uri, timer);
    }
  };
  const all = (): void => {
    vscode.workspace.textDocuments.forEach(soon);
  };
  all();
  return vscode.Disposable.from(
    vscode.languages.onDidChangeDiagnostics(({ uris }) => {
      const changed = new Set(uris.map(String));
      vscode.workspace.textDocuments.filter(({ uri }) => changed.has(uri.toString())).forEach(soon);
    }),
    vscode.workspace.onDidOpenTextDocument(soon),
    vscode.workspace.onDidCloseTextDocument(({ uri }) => {
      const closed = uri.toString();
      last.delete(closed);
      clearTimeout(timers.get(closed));
      timers.delete(closed);
    }),
    vscode.workspace.onDidChangeConfiguration((event) => {
      if (event.affectsConfiguration("sopro")) {
        all(); // completions may be switched on again
      }
    }),
    new vscode.Disposable(() => {
      timers.forEach((timer) => {
        clearTimeout(timer);
      });
    }),
  );
}

/** The errors and warnings of a document; of many those nearest the cursor, and without one the first. */
function nearest(document: vscode.TextDocument): vscode.Diagnostic[] {
  const editor = vscode.window.activeTextEditor;
  const cursor = editor?.document === document ? editor.selection.active.line : 0;
  const far = ({ range }: vscode.Diagnostic): number => Math.abs(range.start.line - cursor);
  return vscode.languages
    .getDiagnostics(document.uri)
    .filter(({ severity }) => severity <= vscode.DiagnosticSeverity.Warning)
    .sort((a, b) => far(a) - far(b))
    .slice(0, most)
    .sort((a, b) => a.range.start.line - b.range.start.line);
}

function inLSP({ range: { start, end }, severity, message, source }: vscode.Diagnostic): object {
  const at = ({ line, character }: vscode.Position): object => ({ line, character });
  return { range: { start: at(start), end: at(end) }, severity: severity + 1, message, source };
}
