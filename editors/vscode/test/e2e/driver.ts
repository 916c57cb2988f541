import { once } from "node:events";
import net from "node:net";
import readline from "node:readline";
import type * as vscode from "vscode";
import { patience } from "./wait.ts";

interface Call {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

/** An extension host that has connected, and what it was asked and has not answered. */
interface Host {
  readonly socket: net.Socket;
  readonly calls: Map<number, Call>;
}

/** The other end of driver/driver.js. Of several windows it speaks with the newest. */
export class Driver {
  private readonly server = net.createServer((socket) => this.connected(socket));
  private host: Host | undefined;
  private next = 0;

  constructor(path: string) {
    this.server.listen(path);
  }

  private connected(socket: net.Socket): void {
    const host: Host = { socket, calls: new Map() };
    this.host = host;
    this.server.emit("driver");
    readline.createInterface(socket).on("line", (line) => {
      const { id, result, error } = JSON.parse(line) as { id: number; result?: unknown; error?: string };
      const call = host.calls.get(id);
      host.calls.delete(id);
      if (error === undefined) {
        call?.resolve(result);
      } else {
        call?.reject(new Error(error));
      }
    });
    socket.on("error", () => {}); // "close" follows
    socket.on("close", () => {
      if (this.host === host) {
        this.host = undefined;
      }
      for (const call of host.calls.values()) {
        call.reject(new Error("the extension host is gone"));
      }
    });
  }

  /** Waits for the next window's extension host. Ask before the window is opened. */
  async connection(): Promise<void> {
    await once(this.server, "driver", { signal: AbortSignal.timeout(patience) });
  }

  /** Runs a function in the extension host. It sees its arguments and nothing else of the test; its result comes back as JSON. */
  run<T, A extends unknown[]>(code: (api: typeof vscode, ...args: A) => T, ...args: A): Promise<Awaited<T>> {
    return new Promise((resolve, reject) => {
      if (!this.host) {
        return reject(new Error("there is no extension host"));
      }
      const id = this.next++;
      this.host.calls.set(id, { resolve: resolve as (value: unknown) => void, reject });
      this.host.socket.write(JSON.stringify({ id, code: code.toString(), args }) + "\n");
    });
  }

  close(): void {
    this.host?.socket.destroy();
    this.server.close();
  }
}
