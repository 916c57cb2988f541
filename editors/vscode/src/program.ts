import { execFile } from "node:child_process";
import type * as vscode from "vscode";

/** What a run of the program came to. */
export interface Outcome {
  readonly output: string;
  readonly errors: string;
}

const longestOutput = 4 << 20; // bytes

/** Runs the program `sopro` itself, to its end or until it is cancelled. Rejects where it could not be run; that it found a fault is an outcome. */
export function runProgram(program: string, args: readonly string[], cwd: string, cancel?: vscode.CancellationToken): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, { cwd, windowsHide: true, maxBuffer: longestOutput, env: { ...process.env, NO_COLOR: "1" } }, (error, output, errors) => {
      stop?.dispose();
      if (error && typeof error.code !== "number" && !cancel?.isCancellationRequested) {
        reject(new Error(error.message, { cause: error }));
      } else {
        resolve({ output, errors });
      }
    });
    const stop = cancel?.onCancellationRequested(() => child.kill());
  });
}
