import { spawn } from "node:child_process";
import * as path from "node:path";
import * as vscode from "vscode";
import { Connection } from "./client";
import type { Server, Status } from "./server";

let connection: Connection | undefined;

/** Starts the server, for the first document that is opened. */
export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const log = vscode.window.createOutputChannel("Sopro", { log: true });
  const changed = new vscode.EventEmitter<Status>();
  let state: Status = { kind: "starting", model: "", message: "" };
  context.subscriptions.push(log, changed);
  const bundled = path.join(context.extensionPath, "bin", "sopro");
  const child = spawn(bundled, ["lsp"], { stdio: "pipe" });
  connection = new Connection(child, { log, middleware: {}, settings: () => ({}) }, (status) => {
    state = status;
    changed.fire(status);
  });
  const running = connection;
  const server: Server = {
    run: (command, argument, stream, cancel) => running.run(command, argument, stream, cancel),
    get state() {
      return state;
    },
    onState: changed.event,
  };
  context.subscriptions.push(server.onState((status) => {
    log.debug(status.message);
  }));
  await connection.start();
}

/** Ends the server. */
export async function deactivate(): Promise<void> {
  await connection?.stop();
}
