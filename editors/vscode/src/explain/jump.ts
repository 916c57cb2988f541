import * as vscode from "vscode";
import { plain } from "../tell";
import type { Explained } from "./explained";
import type { Mention } from "./messages";

/** Opens a place that an explanation mentions, in the explained document or the workspace; says so where there is no such file. */
export async function jump(explained: Explained, { path, from, to }: Mention): Promise<void> {
  const uri = path === undefined ? explained.uri : await find(explained, path);
  if (!uri) {
    void vscode.window.showInformationMessage(plain(vscode.l10n.t("Not in this workspace: {0}", path ?? "")));
    return;
  }
  const own = uri.toString() === explained.uri.toString();
  const editor = own ? await explained.editor() : await vscode.window.showTextDocument(uri, { viewColumn: explained.column ?? vscode.ViewColumn.One });
  const last = editor.document.lineCount - 1;
  const start = Math.min(from - 1, last);
  const end = Math.min(to - 1, last);
  select(editor, new vscode.Range(start, editor.document.lineAt(start).firstNonWhitespaceCharacterIndex, end, editor.document.lineAt(end).text.length));
}

/** Selects a range and brings it into view. */
export function select(editor: vscode.TextEditor, range: vscode.Range): void {
  editor.selection = new vscode.Selection(range.start, range.end);
  editor.revealRange(range, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
}

/** The file that is meant: the explained document, then the workspace's, then one of that name somewhere in it. Never one outside. */
async function find(explained: Explained, path: string): Promise<vscode.Uri | undefined> {
  const relative = inside(path);
  if (relative === undefined) {
    return undefined;
  }
  if (`/${explained.uri.path}`.endsWith(`/${relative}`)) {
    return explained.uri;
  }
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    const uri = vscode.Uri.joinPath(folder.uri, relative);
    if (await isFile(uri)) {
      return uri;
    }
  }
  const found = await vscode.workspace.findFiles(`**/${relative.replace(/[*?[\]{}!]/g, "[$&]")}`, undefined, 20);
  return found.length < 2 ? found[0] : choose(found);
}

/** A path that leads nowhere else, with slashes; undefined where it does. */
export function inside(path: string): string | undefined {
  const parts = path.split(/[\\/]/).filter((part) => part !== ".");
  return parts.length === 0 || parts.some((part) => part === "" || part === ".." || part.includes(":")) ? undefined : parts.join("/");
}

async function isFile(uri: vscode.Uri): Promise<boolean> {
  try {
    return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.File) !== 0;
  } catch {
    return false;
  }
}

async function choose(found: vscode.Uri[]): Promise<vscode.Uri | undefined> {
  const items = found.map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }));
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t("Which of these files is meant?") }))?.uri;
}
