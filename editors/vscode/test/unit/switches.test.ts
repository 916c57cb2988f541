import { beforeEach, describe, expect, test } from "vitest";
import { Switches } from "../../src/switches";
import { FakeServer } from "./fakes";
import { made, workspace } from "./vscode";

/** What stands in the settings after a switch was turned; what is undefined does not stand there. */
async function after(turn: (switches: Switches) => Promise<void>, before: Partial<typeof made> = {}, kind: "ok" | "disabled" = "ok"): Promise<typeof made> {
  Object.assign(made, { global: {}, workspace: {} }, structuredClone(before));
  const server = new FakeServer();
  server.say(kind);
  await turn(new Switches(server));
  return { global: dropped(made.global), workspace: dropped(made.workspace) };
}

const dropped = (values: Record<string, unknown>): Record<string, unknown> => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));

const everywhere = (switches: Switches): Promise<void> => switches.everywhere();
const here = (switches: Switches): Promise<void> => switches.workspace();
const go = (switches: Switches): Promise<void> => switches.language("go");

beforeEach(() => {
  Object.assign(made, { global: {}, workspace: {} });
  workspace.isTrusted = true;
});

describe("completions are switched", () => {
  test("off and on everywhere", async () => {
    expect(await after(everywhere)).toEqual({ global: { "completion.enabled": false }, workspace: {} });
    expect(await after(everywhere, { global: { "completion.enabled": false } })).toEqual({ global: { "completion.enabled": true }, workspace: {} });
  });
  test("on everywhere, whatever this workspace said", async () => {
    expect(await after(everywhere, { workspace: { "completion.enabled": false } })).toEqual({ global: { "completion.enabled": true }, workspace: {} });
  });
  test("without touching what a folder says that nobody trusts", async () => {
    workspace.isTrusted = false;
    const says = { "completion.enabled": false, "completion.languages": { go: false } };
    expect((await after(everywhere, { workspace: says })).workspace).toEqual(says);
    expect((await after(go, { workspace: says })).workspace).toEqual(says);
  });
  test("off in this workspace alone", async () => {
    expect(await after(here)).toEqual({ global: {}, workspace: { "completion.enabled": false } });
  });
  test("on in this workspace, where they are off elsewhere", async () => {
    expect(await after(here, { global: { "completion.enabled": false } })).toEqual({ global: { "completion.enabled": false }, workspace: { "completion.enabled": true } });
  });
  test("on where it was the main switch that had them off", async () => {
    expect(await after(everywhere, { global: { enabled: false } })).toEqual({ global: { "completion.enabled": true, enabled: true }, workspace: {} });
  });
  test("on where a file of the repository had them off, which VS Code does not know", async () => {
    expect(await after(here, {}, "disabled")).toEqual({ global: {}, workspace: { "completion.enabled": true, enabled: true } });
  });
  test("off and on in a language", async () => {
    expect(await after(go)).toEqual({ global: { "completion.languages": { go: false } }, workspace: {} });
    expect(await after(go, { global: { "completion.languages": { go: false, markdown: false } } })).toEqual({
      global: { "completion.languages": { go: true, markdown: false } },
      workspace: {},
    });
  });
  test("on in a language that an allow list leaves out", async () => {
    expect(await after(go, { global: { "completion.languages": { "*": false, rust: true } } })).toEqual({
      global: { "completion.languages": { "*": false, rust: true, go: true } },
      workspace: {},
    });
  });
  test("on in a language that this workspace has off", async () => {
    expect(await after(go, { workspace: { "completion.languages": { go: false } } })).toEqual({
      global: { "completion.languages": { go: true } },
      workspace: { "completion.languages": { go: true } },
    });
  });
});
