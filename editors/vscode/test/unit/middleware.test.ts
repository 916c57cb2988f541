import { describe, expect, test } from "vitest";
import type { CancellationToken, InlineCompletionContext, Position, TextDocument } from "vscode";
import type { ConfigurationParams } from "vscode-languageserver-protocol";
import { middleware } from "../../src/middleware";
import { InlineCompletionTriggerKind } from "./vscode";

/** What stands between, with settings that somebody made. */
function between(made: Record<string, unknown>, proposing = false) {
  const taken: string[] = [];
  const layer = middleware({ made: () => made, isProposing: () => proposing, accepted: () => taken.push("accepted") });
  return { layer, taken };
}

/** Whether the server is asked for a completion. */
function asked(made: Record<string, unknown>, kind = InlineCompletionTriggerKind.Automatic, proposing = false): boolean {
  const document = { languageId: "go" } as TextDocument;
  let sent = false;
  void between(made, proposing).layer.provideInlineCompletionItems?.(document, undefined as unknown as Position, { triggerKind: kind } as unknown as InlineCompletionContext, {} as CancellationToken, () => {
    sent = true;
    return [];
  });
  return sent;
}

describe("the server is asked for a completion", () => {
  test("as somebody types", () => {
    expect(asked({})).toBe(true);
  });
  test("not where completions are off", () => {
    expect(asked({ "completion.enabled": false }, InlineCompletionTriggerKind.Invoke)).toBe(false);
  });
  test("by a key alone, where that is wanted", () => {
    const manual = { "completion.trigger": "manual" };
    expect([asked(manual), asked(manual, InlineCompletionTriggerKind.Invoke)]).toEqual([false, true]);
  });
  test("not where generated code is proposed", () => {
    expect(asked({}, InlineCompletionTriggerKind.Invoke, true)).toBe(false);
  });
});

describe("the server hears", () => {
  const { layer, taken } = between({ enabled: false });
  test("of the settings that somebody made, in its own section", () => {
    const params: ConfigurationParams = { items: [{ section: "sopro" }, { section: "editor" }] };
    expect(layer.workspace?.configuration?.(params, {} as CancellationToken, () => [])).toEqual([{ enabled: false }, null]);
  });
  test("that settings changed, and no default with it", async () => {
    const told: unknown[] = [];
    await layer.workspace?.didChangeConfiguration?.(["sopro"], (sections) => {
      told.push(sections);
      return Promise.resolve();
    });
    expect(told).toEqual([undefined]);
  });
  test("that a completion was taken, and so does the walkthrough", () => {
    const sent: string[] = [];
    const next = (command: string): void => void sent.push(command);
    void layer.executeCommand?.("sopro.accepted", [{ id: "1" }], next);
    void layer.executeCommand?.("sopro.warm", [{}], next);
    expect([sent, taken]).toEqual([["sopro.accepted", "sopro.warm"], ["accepted"]]);
  });
});
