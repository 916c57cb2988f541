// The model servers of internal/testkit/rig. Both end with this process.

import { Program } from "./processes.ts";

export interface Rule {
  /** A regular expression over the text before the hole, or over the last message of a chat. */
  when: string;
  text?: string;
  /** What it may say instead where the temperature is not 0. */
  others?: string[];
  /** How sure the model is of each token; sure when left out. */
  prob?: number;
  /** The name of one of the adversary's payloads, instead of the text. */
  payload?: string;
}

export interface Request {
  method: string;
  path: string;
  body: string;
  status: number;
  aborted: boolean;
  finished: boolean;
}

/** Starts one, and returns the line that it says when it is ready. */
async function start(program: string, ...args: string[]): Promise<{ program: Program; url: string; control: string }> {
  const rig = new Program(program, args);
  const ready = JSON.parse((await rig.says(/^\{.*\}$/))[0]) as { url: string; control: string };
  return { program: rig, ...ready };
}

/** A real Ollama with a model of half a megabyte. */
export async function realOllama(rig: string): Promise<{ url: string; program: Program }> {
  return start(rig, "ollama");
}

/** A simulated Ollama that says what it is told to say. */
export class Sim {
  readonly url: string;
  private readonly control: string;
  private stopped = false;

  private constructor(url: string, control: string) {
    this.url = url;
    this.control = control;
  }

  static async start(rig: string): Promise<Sim> {
    const { url, control } = await start(rig, "sim");
    return new Sim(url, control);
  }

  /** What holes are filled with: text by a regular expression over what stands before them. */
  fill(...rules: Rule[]): Promise<void> {
    return this.post("/fill", { rules });
  }

  chat(...rules: Rule[]): Promise<void> {
    return this.post("/chat", { rules });
  }

  pace(msPerToken: number): Promise<void> {
    return this.post("/pace", { msPerToken });
  }

  /** Generations that begin from now on stop after so many tokens. */
  hold(after: number): Promise<void> {
    return this.post("/hold", { after });
  }

  /** Those that were held, and pulls, go on. */
  release(): Promise<void> {
    return this.post("/release", {});
  }

  async stop(): Promise<void> {
    await this.post("/stop", {});
    this.stopped = true;
  }

  async start(): Promise<void> {
    await this.post("/start", {});
    this.stopped = false;
  }

  library(...models: { name: string; bytes: number; hold?: boolean }[]): Promise<void> {
    return this.post("/library", { models });
  }

  forget(): Promise<void> {
    return this.post("/forget", {});
  }

  async requests(): Promise<Request[]> {
    return (await fetch(this.control + "/requests")).json() as Promise<Request[]>;
  }

  async payloads(kind: string): Promise<{ name: string; text: string }[]> {
    return (await fetch(`${this.control}/payloads?kind=${kind}`)).json() as Promise<{ name: string; text: string }[]>;
  }

  /** Removes an installed model, as `ollama rm` does. */
  async remove(name: string): Promise<void> {
    await fetch(this.url + "/api/delete", { method: "DELETE", body: JSON.stringify({ model: name }) });
  }

  /** As it was when it was new, but for what is installed. */
  async reset(): Promise<void> {
    if (this.stopped) {
      await this.start();
    }
    await this.release();
    await this.post("/heal", {});
    await this.pace(0);
    await this.fill();
    await this.chat();
    await this.library();
    await this.forget();
  }

  private async post(path: string, body: object): Promise<void> {
    const answer = await fetch(this.control + path, { method: "POST", body: JSON.stringify(body) });
    if (!answer.ok) {
      throw new Error(`${path}: ${await answer.text()}`);
    }
  }
}
