import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Memento } from "vscode";
import { HealthWatch } from "../../src/health";
import { SetUp } from "../../src/setUp";
import { FakeServer } from "./fakes";
import { commands } from "./vscode";

const up = { url: "http://127.0.0.1:11434", reachable: true };
const down = { ...up, reachable: false };
const health = (engine: string, ollama: object, more: object = {}): object => ({ engine, ollama, server: { version: "1" }, models: {}, ...more });

/** VS Code's memory, which outlives a window. */
class Memory implements Memento {
  readonly kept = new Map<string, unknown>();
  keys(): readonly string[] {
    return [...this.kept.keys()];
  }
  get<T>(key: string, fallback?: T): T {
    return (this.kept.get(key) ?? fallback) as T;
  }
  update(key: string, value: unknown): Promise<void> {
    this.kept.set(key, value);
    return Promise.resolve();
  }
}

/** A window with a memory, and what the server says in it. */
function window(memory = new Memory()) {
  const server = new FakeServer();
  const setUp = new SetUp(server, new HealthWatch(server), memory);
  return {
    memory,
    setUp,
    server,
    says: async (kind: "ok" | "builtin" | "error" | "loading", answer: object): Promise<void> => {
      server.answer = () => Promise.resolve(answer);
      server.say(kind);
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}

const shown = (): number => commands.run.filter(([name]) => name === "workbench.action.openWalkthrough").length;
const ticked = (): unknown[] => commands.run.filter(([name, key, value]) => name === "setContext" && value === true && key !== "sopro.known").map(([, key]) => key);
const aWhile = (): Promise<unknown> => vi.advanceTimersByTimeAsync(10_000);

beforeEach(() => {
  commands.run.length = 0;
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the walkthrough is shown", () => {
  test("once, where there is no Ollama", async () => {
    const first = window();
    await first.says("builtin", health("built-in", down));
    await aWhile();
    await first.says("builtin", health("built-in", down));
    await aWhile();
    const second = window(first.memory);
    await second.says("builtin", health("built-in", down));
    await aWhile();
    expect(shown()).toBe(1);
  });
  test("where no model infills", async () => {
    await window().says("error", health("none", up));
    await aWhile();
    expect(shown()).toBe(1);
  });
  for (const [why, kind, answer] of [
    ["while the server looks around", "loading", health("built-in", down)],
    ["where a model answers", "ok", health("model", up)],
    ["where another server than Ollama is asked", "error", health("none", down, { openai: down })],
  ] as const) {
    test(`not ${why}`, async () => {
      await window().says(kind, answer);
      await aWhile();
      expect(shown()).toBe(0);
    });
  }
  test("not where a model is lacking for a moment, as while settings change", async () => {
    const { says } = window();
    await says("builtin", health("built-in", up));
    await says("loading", health("built-in", up));
    await aWhile();
    expect(shown()).toBe(0);
  });
  test("not to somebody whose model has answered before", async () => {
    const { says } = window();
    await says("ok", health("model", up));
    await says("builtin", health("built-in", down));
    await aWhile();
    expect(shown()).toBe(0);
  });
  for (const [step, answer] of [
    ["ollama", health("built-in", down)],
    ["model", health("built-in", up)],
    ["try", health("model", up)],
  ] as const) {
    test(`to whoever asks, at the step to be done: ${step}`, async () => {
      const { says, setUp } = window();
      await says("loading", answer);
      const opened = setUp.open();
      await aWhile(); // it is said to be loading still
      await opened;
      expect(commands.run).toContainEqual(["workbench.action.openWalkthrough", { category: "sopro.sopro#setUp", step }, false]);
    });
  }
});

describe("whoever sets up before anything else", () => {
  test("has the server started, and its first finding waited for", async () => {
    const { says, setUp, server } = window();
    const asked: string[] = [];
    server.answer = (command) => {
      asked.push(command);
      return new Promise(() => undefined);
    };
    void setUp.open();
    await vi.advanceTimersByTimeAsync(0);
    await says("loading", health("built-in", up));
    expect([asked, shown()]).toEqual([["sopro.status"], 0]);
    await says("ok", health("model", up));
    expect(commands.run).toContainEqual(["workbench.action.openWalkthrough", { category: "sopro.sopro#setUp", step: "try" }, false]);
  });
  test("is not kept waiting by a server that never answers, and asked once", async () => {
    const { setUp, server, says } = window();
    server.answer = () => new Promise(() => undefined);
    void setUp.open();
    await aWhile();
    expect(shown()).toBe(1);
    await says("builtin", health("built-in", down));
    await aWhile();
    expect(shown()).toBe(1);
  });
});

test("the walkthrough is not shown where another window has meanwhile", async () => {
  const { says, memory } = window();
  await says("builtin", health("built-in", down));
  await memory.update("setUp.shown", true);
  await aWhile();
  expect(shown()).toBe(0);
});

describe("what the server has noticed", () => {
  const message = "no model can infill";
  const noticed = (setUp: SetUp, words = `${message}: install one`): Promise<boolean> => {
    const said = setUp.says(words);
    void aWhile();
    return said;
  };
  test("is said by the walkthrough, where that comes up because of it", async () => {
    const { says, setUp, server } = window();
    server.state = { ...server.state, message };
    await says("builtin", health("built-in", up));
    expect(await noticed(setUp)).toBe(true);
    expect(await noticed(setUp)).toBe(true);
    expect(await noticed(setUp, "Sopro left out a setting")).toBe(false);
  });
  test("is told where the walkthrough was shown before", async () => {
    const { says, setUp, server, memory } = window();
    await memory.update("setUp.shown", true);
    server.state = { ...server.state, message };
    await says("builtin", health("built-in", up));
    expect(await noticed(setUp)).toBe(false);
  });
  test("is told where it says nothing of a model, also before anything is known", async () => {
    const { says, setUp } = window();
    const said = noticed(setUp, "Sopro left out a setting");
    await says("ok", health("model", up));
    expect(await said).toBe(false);
  });
});

describe("a step is ticked", () => {
  test("as it comes true", async () => {
    const { says } = window();
    await says("error", health("none", up));
    expect(ticked()).toEqual(["sopro.ollama"]);
    await says("ok", health("model", up));
    expect(ticked()).toEqual(["sopro.ollama", "sopro.ollama", "sopro.model"]);
  });
  test("when a completion was taken, also before this window", async () => {
    const first = window();
    first.setUp.accepted();
    expect(ticked()).toEqual(["sopro.tried"]);
    void window(first.memory).setUp.open();
    await aWhile();
    expect(ticked()).toEqual(["sopro.tried", "sopro.tried"]);
  });
  test("anew each time, since VS Code hears of changes alone", async () => {
    await window().says("ok", health("model", up));
    expect(commands.run.filter(([, key]) => key === "sopro.model")).toEqual([
      ["setContext", "sopro.model", true],
      ["setContext", "sopro.model", false],
    ]);
  });
});
