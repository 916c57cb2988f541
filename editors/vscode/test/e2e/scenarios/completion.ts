// Inline completion as a person uses it.

import assert from "node:assert/strict";
import type { Scenario } from "../story.ts";
import { until } from "../wait.ts";
import type { Window } from "../window.ts";

const func = (body: string) => `package main\n\nfunc add(a, b int) int {\n${body}}\n`;

/** How many keys the latency is measured over. */
const latencyKeys = 30;

/** What passes between a key and its ghost, in milliseconds. */
interface Times {
  whole: number;
  /** Until VS Code asks its providers. */
  editor: number;
  /** From there until the server has sent its request, by way of the extension host. */
  server: number;
  /** Until the model has answered. */
  model: number;
  /** Until the ghost stands in the page. */
  paint: number;
}

/** Has the extension host note when VS Code asks for completions. */
async function watchAsking(window: Window): Promise<void> {
  await window.driver.run((vscode) => {
    const noted = globalThis as { asked?: number };
    vscode.languages.registerInlineCompletionItemProvider("go", {
      provideInlineCompletionItems: () => {
        noted.asked = performance.timeOrigin + performance.now();
        return undefined;
      },
    });
  });
}

/**
 * When VS Code last asked, when the server sent its last request after that key, in milliseconds since 1970, and how long it took. A
 * ghost may stand on the screen before its request has ended and is in the trace.
 */
async function lastAsked(window: Window, key: number): Promise<{ asked: number; sent: number; ms: number }> {
  return until("the request in the trace", () =>
    window.driver.run(async (vscode, key) => {
      const { requests } = await vscode.commands.executeCommand<{ requests: { at: string; ms: number; body: { options?: { num_predict: number } } | null }[] }>("sopro.trace", {});
      const completions = requests.filter(({ body }) => (body?.options?.num_predict ?? 0) > 1);
      const [last] = completions.map(({ at, ms }) => ({ sent: Date.parse(at), ms })).sort((a, b) => b.sent - a.sent);
      return last !== undefined && last.sent >= key ? { asked: (globalThis as { asked?: number }).asked ?? NaN, ...last } : undefined;
    }, key),
  );
}

export const completion: Scenario[] = [
  {
    name: "Tab takes the whole ghost",
    async play({ sim, window, picture }) {
      await sim.fill({ when: "return $", text: "a + b" });
      await window.edit("whole.go", func("\t█\n"));
      await window.type("return ");
      await window.ghostIs("a + b");
      await picture();
      await window.press("Tab");
      await window.saved("whole.go", func("\treturn a + b\n"));
    },
  },
  {
    name: "a block of several lines",
    async play({ sim, window, picture }) {
      const text = (body: string) =>
        `package main\n\n// sum adds the positive numbers.\nfunc sum(numbers []int) int {\n\ttotal := 0\n\tfor _, n := range numbers {${body}}\n\treturn total\n}\n`;
      await sim.fill({ when: "range numbers \\{\n\t\t$", text: "if n > 0 {\n\t\t\ttotal += n\n\t\t}" });
      await window.edit("block.go", text("█"));
      await window.press("Enter");
      await window.ghostIs("if n > 0 {\n            total += n\n        }");
      await picture();
      await window.press("Tab");
      await window.saved("block.go", text("\n\t\tif n > 0 {\n\t\t\ttotal += n\n\t\t}\n\t"));
    },
  },
  {
    name: "Ctrl+Right takes a word, Escape refuses the rest",
    async play({ sim, window }) {
      await sim.fill({ when: "return $", text: "alpha + beta" });
      await window.edit("word.go", func("\t█\n"));
      await window.type("return ");
      await window.ghostIs("alpha + beta");
      await window.press("Control+ArrowRight");
      await window.ghostIs(" + beta");
      await window.press("Escape");
      await window.ghostIs("");
      await window.saved("word.go", func("\treturn alpha\n"));
    },
  },
  {
    name: "Alt+\\ asks where nothing was typed",
    async play({ sim, window }) {
      await sim.fill({ when: "return $", text: "a + b" });
      await window.edit("trigger.go", func("\treturn █\n"));
      await window.press("Alt+\\");
      await window.ghostIs("a + b");
      await window.press("Tab");
      await window.saved("trigger.go", func("\treturn a + b\n"));
    },
  },
  {
    name: "typing what the ghost says does not flicker",
    async play({ sim, window }) {
      const text = "alphabetical + order";
      await sim.fill({ when: "return $", text });
      await window.edit("through.go", func("\t█\n"));
      await window.type("return ");
      await window.ghostIs(text);
      const seen = await window.watchGhost();
      const typed = "alphabetical";
      for (let n = 1; n <= typed.length; n++) {
        await window.type(typed[n - 1]!);
        await window.ghostIs(text.slice(n));
      }
      const ghosts = await seen();
      assert.ok(!ghosts.includes(""), `a frame without the ghost: ${JSON.stringify(ghosts)}`);
      assert.deepEqual(ghosts.filter((ghost) => !text.endsWith(ghost)), [], "a frame with another ghost");
      await window.press("Tab");
      await window.saved("through.go", func(`\treturn ${text}\n`));
    },
  },
  {
    name: "an answer that comes late",
    async play({ sim, window }) {
      await sim.fill({ when: "return a$", text: "lpha" }, { when: "return $", text: "beta" });
      await window.edit("late.go", func("\t█\n"));
      await sim.hold(0);
      await window.type("return ");
      await until("the request", async () => (await sim.requests()).some((r) => r.path === "/api/generate" && !r.finished));
      const seen = await window.watchGhost();
      await window.type("a"); // not what the held answer will say
      await sim.release();
      await window.ghostIs("lpha");
      assert.deepEqual([...new Set(await seen())].filter((ghost) => ghost !== ""), ["lpha"]);
      await window.press("Tab");
      await window.saved("late.go", func("\treturn alpha\n"));
    },
  },
  {
    name: "lines that come later are there when the first was taken",
    async play({ sim, window }) {
      await sim.fill({ when: "\ttotal := $", text: "a + b\n\treturn total" });
      await window.edit("later.go", func("\t█\n"));
      await window.type("total := ");
      await window.ghostIs("a + b");
      await window.press("Tab");
      await window.press("Enter");
      await window.ghostIs("return total");
      await window.press("Tab");
      await window.saved("later.go", func("\ttotal := a + b\n\treturn total\n"));
    },
  },
  {
    name: "with the suggest widget open",
    async play({ sim, window, picture }) {
      await sim.fill({ when: "color: rebeccapurple$", text: ";" });
      await window.edit("suggest.css", "a {\n  color: rebe█\n}\n");
      await window.press("Control+Space");
      await window.page.locator(".suggest-widget.visible .monaco-list-row.focused", { hasText: "rebeccapurple" }).waitFor();
      await window.ghostIs("ccapurple;");
      await picture();
      await window.press("Tab"); // the suggestion; the ghost goes on from it
      await window.ghostIs(";");
      await window.press("Tab");
      await window.saved("suggest.css", "a {\n  color: rebeccapurple;\n}\n");
    },
  },
  {
    name: "left of a closing bracket, which is not doubled",
    async play({ sim, window }) {
      await sim.fill({ when: "Println\\($", text: "a + b)" });
      await window.edit("bracket.go", func("\t█\n"));
      await window.type("fmt.Println("); // the editor closes the bracket itself
      await window.ghostIs("a + b");
      await window.press("Tab");
      await window.saved("bracket.go", func("\tfmt.Println(a + b)\n"));
    },
  },
  {
    name: "non-ASCII text before the cursor",
    async play({ sim, window }) {
      await sim.fill({ when: "// 🙂 e\u0301 漢字 = $", text: "größer 🦜 値" });
      await window.edit("wide.go", func("\t// 🙂 e\u0301 漢字 █\n"));
      await window.type("= ");
      await window.ghostIs("größer 🦜 値");
      await window.press("Tab");
      await window.saved("wide.go", func("\t// 🙂 e\u0301 漢字 = größer 🦜 値\n"));
    },
  },
  {
    name: "a file of 12,000 lines",
    async play({ sim, window }) {
      const lines = (from: number) => Array.from({ length: 6000 }, (_, i) => `var x${from + i} = ${i}\n`).join("");
      const text = (body: string) => `package main\n\n${lines(0)}\nfunc add(a, b int) int {\n${body}}\n\n${lines(6000)}`;
      await sim.fill({ when: "return $", text: "a + b" });
      await window.edit("large.go", text("\t█\n"));
      await window.type("return ");
      await window.ghostIs("a + b");
      await window.press("Tab");
      await window.saved("large.go", text("\treturn a + b\n"));
    },
  },
  {
    name: "from a key to its ghost",
    async play({ sim, window, note }) {
      await sim.fill({ when: "n\\d+ := $", text: "len(alphabet)" });
      await window.edit("latency.go", func("\t█\n"));
      await watchAsking(window);
      const times: Times[] = [];
      for (let i = 0; i < latencyKeys; i++) {
        await window.type(`n${i} :=`);
        await window.ghostIs("");
        const { key, ghost } = await window.keyToGhost(" ");
        const { asked, sent, ms } = await lastAsked(window, key);
        times.push({ whole: ghost - key, editor: asked - key, server: sent - asked, model: ms, paint: ghost - sent - ms });
        await window.press("Escape");
        await window.press("Enter");
      }
      const at = (share: number, part: keyof Times) => Math.round(times.map((t) => t[part]).sort((a, b) => a - b)[Math.floor(times.length * share)]!);
      note(`p50 ${at(0.5, "whole")} ms, p90 ${at(0.9, "whole")} ms over ${latencyKeys} keys`);
      note(`p50 of its parts: until VS Code asks ${at(0.5, "editor")}, the server's debounce ${at(0.5, "server")}, the model ${at(0.5, "model")}, until it is painted ${at(0.5, "paint")}`);
    },
  },
];
