import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { homedir } from "node:os";
import * as path from "node:path";
import * as vscode from "vscode";
import { find } from "./find";
import { Unstartable } from "./supervisor";

/** Where the server is. Throws Unstartable, with what to do, where there is none. */
export function locateServer(extensionPath: string): string {
  const setting = vscode.workspace.getConfiguration("sopro").inspect<string>("server.path")?.globalValue ?? "";
  const found = find(
    {
      setting,
      extension: realpathSync(extensionPath),
      path: process.env["PATH"] ?? "",
      home: homedir(),
      windows: process.platform === "win32",
      opened: (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file").map(({ uri }) => real(uri.fsPath)),
      executable,
      real,
    },
    path,
  );
  if (found !== undefined) {
    return found;
  }
  throw new Unstartable(
    setting === ""
      ? vscode.l10n.t("Sopro's server is not there. Build it with \"make build\" in Sopro's repository and put bin/sopro on the PATH, or name it in the setting sopro.server.path.")
      : vscode.l10n.t("The setting sopro.server.path names {0}, which is not a program. Build it with \"make build\" in Sopro's repository, or leave the setting empty.", setting),
  );
}

function real(file: string): string {
  try {
    return realpathSync.native(file);
  } catch {
    return path.resolve(file); // it is not there
  }
}

function executable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
