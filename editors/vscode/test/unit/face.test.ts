import { describe, expect, test } from "vitest";
import { face, facts, shortName } from "../../src/face";
import type { Health } from "../../src/health";
import type { Kind, Status } from "../../src/server";
import { tooltip } from "../../src/statusBar";

const model = "qwen2.5-coder:1.5b-base";
const status = (kind: Kind, more: Partial<Status> = {}): Status => ({ kind, model, message: "", ...more });
const health = (reachable: boolean, more: Partial<Health> = {}): Health => ({
  engine: reachable ? "model" : "built-in",
  server: { version: "1.0" },
  ollama: { url: "http://127.0.0.1:11434", reachable },
  models: { completion: model, chat: "qwen2.5-coder:7b" },
  ...more,
});

describe("the status bar shows", () => {
  for (const [what, shown, text, state] of [
    ["a model that is ready", face(status("ok"), health(true), false), `$(sparkle) ${model}`, "Ready"],
    ["a model that thinks", face(status("busy"), health(true), false), `$(sync~spin) ${model}`, "Thinking"],
    ["a model that loads", face(status("loading"), health(true), false), `$(loading~spin) ${model}`, "The model is getting ready"],
    ["that completions are off", face(status("disabled"), health(true), false), "$(circle-slash) Sopro: off", "Completions are off"],
    ["that they are off in this language", face(status("ok"), health(true), true), `$(circle-slash) ${model}`, "Completions are off in this language"],
    ["that they are off in this language, whoever would answer", face(status("builtin", { model: "" }), health(false), true), "$(circle-slash) Sopro", "Completions are off in this language"],
    ["that they are off in this language, where its file is refused", face(status("warning"), health(true), true), `$(circle-slash) ${model}`, "Completions are off in this language"],
    ["that a model thinks about what is asked where they are off", face(status("busy"), health(true), true), `$(sync~spin) ${model}`, "Thinking"],
    ["that Ollama is down", face(status("builtin", { model: "" }), health(false), false), "$(plug) Sopro: Ollama down", "Ollama down; the built-in engine answers"],
    ["that Ollama is down and nothing answers", face(status("error", { model: "" }), health(false), false), "$(plug) Sopro: Ollama down", "Ollama down"],
    [
      "that another model server is down",
      face(status("builtin"), health(false, { openai: { url: "http://127.0.0.1:8080", reachable: false } }), false),
      "$(plug) Sopro: Model server down",
      "Model server down; the built-in engine answers",
    ],
    [
      "the built-in engine where another model server is there without a model",
      face(status("builtin"), health(false, { openai: { url: "http://127.0.0.1:8080", reachable: true } }), false),
      "$(sparkle) Sopro: built-in",
      "The built-in engine answers",
    ],
    ["the built-in engine", face(status("builtin", { model: "" }), health(true), false), "$(sparkle) Sopro: built-in", "The built-in engine answers"],
    ["that there is no model", face(status("error", { model: "" }), health(true), false), "$(warning) Sopro: no model", "No model answers"],
    ["a document that is refused", face(status("warning"), health(true), false), `$(warning) ${model}`, "Attention"],
    ["a server that nobody has needed yet", face(status("idle", { model: "" }), undefined, false), "$(circle-outline) Sopro", "The server starts with the first file"],
    ["a server that starts", face(status("starting", { model: "" }), undefined, false), "$(loading~spin) Sopro", "The server starts"],
    ["a server that has ended", face(status("stopped", { model: "" }), undefined, false), "$(debug-disconnect) Sopro", "The server has ended"],
  ] as const) {
    test(what, () => {
      expect(shown).toEqual({ text, state, alarming: false });
    });
  }
  test("that there is no server, so that it stands out", () => {
    expect(face(status("missing", { model: "" }), undefined, false)).toEqual({ text: "$(error) Sopro: no server", state: "There is no server", alarming: true });
  });
});

describe("a model's name in the status bar", () => {
  for (const [name, short] of [
    ["qwen2.5-coder:7b", "qwen2.5-coder:7b"],
    ["hf.co/user/model:Q4_K_M", "model:Q4_K_M"],
    ["a-model-with-a-name-that-is-too-long:1b", "a-model-with-a-name-that-is…"],
    ["", "Sopro"],
  ] as const) {
    test(`${name || "of none"} is ${short}`, () => {
      expect(shortName(name)).toBe(short);
    });
  }
});

describe("the tooltip", () => {
  const last = { promptTokens: 1204, cacheHit: 0.923, tokens: 14, tokensPerSecond: 31.4, firstTokenMs: 120.4 };
  test("tells of models, speed and the last request", () => {
    expect(facts(status("ok", { tokensPerSecond: 9.44, last }), health(true, { ollama: { url: "http://127.0.0.1:11434", reachable: true, version: "0.17.4" } }))).toEqual([
      ["Completes", model],
      ["Explains and generates", "qwen2.5-coder:7b"],
      ["Ollama", "http://127.0.0.1:11434 (0.17.4)"],
      ["Speed", "31 tokens a second"],
      ["Last request", "1204 tokens of prompt, 92% from the cache; 14 tokens, the first after 120 ms"],
      ["Version", "1.0"],
    ]);
  });
  test("is silent about what is not known", () => {
    expect(facts(status("starting", { model: "" }), undefined)).toEqual([]);
    expect(facts(status("ok", { tokensPerSecond: 9.44 }), undefined)).toEqual([["Completes", model], ["Speed", "9.4 tokens a second"]]);
  });
  test("takes nothing for formatting that comes from elsewhere", () => {
    const text = tooltip("Ready", "see [here](command:evil)", [["Completes", "**x** ![](http://evil.example)"]]);
    expect(text.value).toBe("**Sopro** — Ready\n\nsee \\[here\\]\\(command:evil\\)\n\nCompletes: \\*\\*x\\*\\* \\!\\[\\]\\(http://evil.example\\)");
    expect(text.isTrusted).toBe(false);
  });
});
