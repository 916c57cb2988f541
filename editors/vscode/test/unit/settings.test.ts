import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { type Made, allFlags, declared, explicit, flags, manual, switchedOff } from "../../src/settings";

const manifest: unknown = JSON.parse(readFileSync(fileURLToPath(new URL("../../package.json", import.meta.url)), "utf8"));
const all = declared(manifest);

/** What is handed to the server of settings that somebody made. */
function handed(made: Record<string, Made>, trusted = true): { lsp: Record<string, unknown>; flags: string[] } {
  const inspect = (key: string): Made | undefined => made[key];
  return { lsp: explicit(all, inspect, trusted), flags: flags(all, inspect) };
}

describe("the server is told", () => {
  test("nothing where nobody made a setting, since a default would overrule .sopro.toml", () => {
    expect(handed({})).toEqual({ lsp: {}, flags: [] });
  });
  test("what the person made, also where it is the default", () => {
    expect(handed({ "completion.gate": { globalValue: 0.7 }, enabled: { globalValue: false } }).lsp).toEqual({ "completion.gate": 0.7, enabled: false });
  });
  test("what the workspace made, in place of what the person made", () => {
    expect(handed({ "models.chat": { globalValue: "a", workspaceValue: "b" } }).lsp).toEqual({ "models.chat": "b" });
  });
  test("the entries of tables and lists of both", () => {
    expect(
      handed({
        "completion.languages": { globalValue: { go: true, markdown: true }, workspaceValue: { markdown: false } },
        "privacy.ignore": { globalValue: ["a/**"], workspaceValue: ["b/**"] },
      }).lsp,
    ).toEqual({ "completion.languages": { go: true, markdown: false }, "privacy.ignore": ["a/**", "b/**"] });
  });
  test("nothing that a workspace says which is not trusted", () => {
    expect(handed({ "models.chat": { globalValue: "a", workspaceValue: "b" }, enabled: { workspaceValue: false } }, false).lsp).toEqual({ "models.chat": "a" });
  });
  test("protected settings by the command line, and only the person's own", () => {
    const made = { "ollama.url": { globalValue: "http://127.0.0.1:1", workspaceValue: "http://evil.example" }, "privacy.allowRemote": { workspaceValue: true } };
    expect(handed(made)).toEqual({ lsp: {}, flags: ["--set", "ollama.url=http://127.0.0.1:1"] });
  });
  test("families of models as JSON", () => {
    const families = { mine: { names: "^mine", prefixFirst: "{p}{s}" } };
    expect(handed({ "models.families": { globalValue: families } }).flags).toEqual(["--set", `models.families=${JSON.stringify(families)}`]);
  });
  test("not where it lies itself", () => {
    expect(handed({ "server.path": { globalValue: "/opt/sopro" } })).toEqual({ lsp: {}, flags: [] });
  });
});

test("the doctor is told all of it on its command line, but no list, which a comma would break", () => {
  const made: Record<string, Made> = {
    "ollama.url": { globalValue: "http://127.0.0.1:1" },
    "completion.languages": { globalValue: { go: false } },
    "models.completion": { workspaceValue: "mine" },
    "privacy.ignore": { globalValue: ["*.{a,b}"] },
  };
  expect(allFlags(all, (key) => made[key], true)).toEqual([
    "--set", "ollama.url=http://127.0.0.1:1", "--set", "completion.languages.go=false", "--set", "models.completion=mine",
  ]);
});

test("no setting of a workspace counts that is not trusted", () => {
  const { restrictedConfigurations } = (manifest as { capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } } }).capabilities.untrustedWorkspaces;
  expect(restrictedConfigurations.toSorted()).toEqual(Object.keys(all).map((key) => `sopro.${key}`).toSorted());
});

describe("nothing is asked", () => {
  for (const [why, made, language, off] of [
    ["where all is off", { enabled: false }, "go", true],
    ["where completions are off", { "completion.enabled": false }, "go", true],
    ["in a language that is off", { "completion.languages": { go: false } }, "go", true],
    ["but in another one", { "completion.languages": { go: false } }, "rust", false],
    ["but where .sopro.toml may still allow the language", { "completion.languages": { "*": false } }, "go", false],
    ["but where nobody said anything", {}, "go", false],
  ] as const) {
    test(why, () => {
      expect(switchedOff(made, language)).toBe(off);
    });
  }
  test("by itself where completions come when they are called", () => {
    expect([manual({ "completion.trigger": "manual" }), manual({ "completion.trigger": "automatic" }), manual({})]).toEqual([true, false, false]);
  });
});
