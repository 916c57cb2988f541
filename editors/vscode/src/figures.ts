import * as vscode from "vscode";

/** A number with one digit after the point, as people write it in the editor's language. */
export function decimal(n: number): string {
  return n.toLocaleString(vscode.env.language, { minimumFractionDigits: 1, maximumFractionDigits: 1, useGrouping: false });
}

/** A size as people say it; "" where it is not known. */
export function bytes(size: number | undefined): string {
  if (!size) {
    return "";
  }
  return size >= 1e9 ? `${decimal(size / 1e9)} GB` : `${Math.max(1, Math.round(size / 1e6))} MB`;
}
