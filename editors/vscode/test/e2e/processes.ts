// The programs that a run starts. Each is a process group of its own, and every group is ended when the run ends, however it ends.

import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import readline from "node:readline";

const running = new Set<Program>();

/** A program, with whatever it starts. */
export class Program {
  readonly name: string;
  readonly child: ChildProcess;
  readonly lines: string[] = [];
  private readonly waiting = new Set<() => void>();

  /** Starts it; standard output and error are kept by lines. Its standard input stays open until it is ended. */
  constructor(command: string, args: string[], options: { env?: NodeJS.ProcessEnv; cwd?: string } = {}) {
    this.name = [command, ...args].join(" ");
    this.child = spawn(command, args, { ...options, detached: true, stdio: ["pipe", "pipe", "pipe"] });
    this.child.on("error", (error) => this.heard(`${command}: ${error.message}`));
    for (const stream of [this.child.stdout!, this.child.stderr!]) {
      readline.createInterface(stream).on("line", (line) => this.heard(line));
    }
    this.child.on("close", () => this.heard(""));
    running.add(this);
  }

  private heard(line: string): void {
    this.lines.push(line);
    for (const look of this.waiting) {
      look();
    }
  }

  /** Waits for a line that fits, and returns what matched. Fails when the program ends before. */
  async says(pattern: RegExp): Promise<RegExpMatchArray> {
    return new Promise((resolve, reject) => {
      let from = 0;
      const look = () => {
        for (; from < this.lines.length; from++) {
          const found = this.lines[from]!.match(pattern);
          if (found) {
            this.waiting.delete(look);
            return resolve(found);
          }
        }
        if (this.child.exitCode !== null || this.child.signalCode !== null || this.child.pid === undefined) {
          this.waiting.delete(look);
          reject(new Error(`${this.name} ended without ${pattern}:\n${this.lines.slice(-20).join("\n")}`));
        }
      };
      this.waiting.add(look);
      look();
    });
  }

  /** Waits until it has ended by itself; returns its exit code. */
  async ended(): Promise<number | null> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      await once(this.child, "close");
    }
    running.delete(this);
    return this.child.exitCode;
  }

  /** Asks the whole group to end, and makes it when it has not after ten seconds. */
  async end(): Promise<void> {
    const impatient = setTimeout(() => this.kill("SIGKILL"), 10_000);
    this.child.stdin!.end();
    this.kill("SIGTERM");
    await this.ended();
    clearTimeout(impatient);
  }

  kill(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.child.pid!, signal);
    } catch {
      // It was over already.
    }
  }
}

function killAll(): void {
  for (const program of running) {
    program.kill("SIGKILL");
  }
}
process.on("exit", killAll);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
  process.on(signal, () => process.exit(130));
}

/** A process and all that it started, and these started. Linux. */
export function family(pid: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of fs.readdirSync("/proc")) {
    if (/^\d+$/.test(name)) {
      try {
        const parent = Number(fs.readFileSync(`/proc/${name}/stat`, "utf8").replace(/^.*\) /s, "").split(" ")[1]);
        children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
      } catch {
        // It is over.
      }
    }
  }
  const all = [pid];
  for (let i = 0; i < all.length; i++) {
    all.push(...(children.get(all[i]!) ?? []));
  }
  return all;
}

/** The processes whose program lies below a folder, by their ids. Linux. */
export function processesFrom(folder: string): number[] {
  const found: number[] = [];
  for (const name of fs.readdirSync("/proc")) {
    if (/^\d+$/.test(name)) {
      try {
        if (fs.readlinkSync(`/proc/${name}/exe`).startsWith(folder + "/")) {
          found.push(Number(name));
        }
      } catch {
        // It is over, or not ours.
      }
    }
  }
  return found;
}
