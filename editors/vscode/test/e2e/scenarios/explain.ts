// Explanations, in the panel beside the code.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Request } from "playwright-core";
import { answered, answerIs, panel, panelFrame } from "../panel.ts";
import type { Scenario } from "../story.ts";
import { until } from "../wait.ts";
import type { Window } from "../window.ts";

const code = "package main\n\n// clamp keeps x between low and high.\nfunc clamp(x, low, high int) int {\n\tif x < low {\n\t\treturn low\n\t}\n\treturn min(x, high)\n}\n";
const selected = [[code.indexOf("func"), code.length - 1]];

const answer = [
  "`clamp` keeps a number **within bounds**:",
  "",
  "1. On line 5 it looks whether `x` is too small.",
  "2. Otherwise `min` takes care of the upper bound.",
  "",
  "It could also be written as",
  "",
  "```go",
  "return max(low, min(x, high))",
  "```",
  "",
  "The end.",
].join("\n");

/** The themes that everything has to be readable in. */
const themes = ["Default Light Modern", "Default Dark Modern", "Default High Contrast", "Default High Contrast Light"];

async function explain(window: Window, name: string): Promise<void> {
  window.write(name, code);
  await window.open(name, selected);
  await window.press("Shift+Alt+E");
}

/** Asks a further question, by keyboard. */
async function ask(window: Window, question: string): Promise<void> {
  await window.press("Shift+Alt+Q");
  await panel(window).locator("textarea:focus").waitFor();
  await window.type(question);
  await window.press("Enter");
}

export const explanations: Scenario[] = [
  {
    name: "an explanation streams, and a question follows",
    async play({ sim, window, picture }) {
      await sim.chat({ when: "upper bound", text: "The library's own function `min` is **known to everybody**." }, { when: "", text: answer });
      await sim.hold(12);
      await explain(window, "explain.go");
      await answerIs(window, /keeps a number/);
      assert.doesNotMatch(await panel(window).locator(".answer").innerText(), /The end|\*/, "nothing that is to come, and no half mark");
      await panel(window).getByRole("button", { name: "Stop", exact: true }).waitFor();
      await picture("explain a stream");
      await sim.release();
      await answerIs(window, /The end\.$/);
      await answered(window);
      await sim.forget();
      await ask(window, "Why min, for the upper bound?");
      await answerIs(window, /known to everybody/);
      await answered(window);
      const { body } = (await sim.requests()).find((r) => r.path === "/api/chat")!;
      const { messages } = JSON.parse(body) as { messages: { role: string; content: string }[] };
      assert.deepEqual(messages.map((m) => m.role), ["system", "user", "assistant", "user"]);
      assert.match(messages[2]!.content, /keeps a number/);
      await picture();
    },
  },
  {
    name: "Stop ends the work, and what came stays",
    async play({ sim, window }) {
      await sim.chat({ when: "", text: answer });
      await sim.hold(12);
      await explain(window, "stop.go");
      await answerIs(window, /keeps a number/);
      await panel(window).getByRole("button", { name: "Stop", exact: true }).click();
      await panel(window).getByText("Stopped.").first().waitFor();
      await until("an aborted request", async () => (await sim.requests()).some((r) => r.path === "/api/chat" && r.aborted));
      await answerIs(window, /keeps a number/);
      assert.doesNotMatch(await panel(window).locator(".answer").innerText(), /\*/);
    },
  },
  {
    name: "code is copied and inserted, a mentioned line is gone to",
    async play({ sim, window }) {
      await sim.chat({ when: "", text: answer });
      await explain(window, "insert.go");
      await answered(window);
      await panel(window).getByRole("button", { name: "Copy", exact: true }).click();
      await until("the clipboard", async () => {
        const copied = await window.driver.run((vscode) => vscode.env.clipboard.readText());
        assert.equal(copied.trimEnd(), "return max(low, min(x, high))");
        return true;
      });
      await panel(window).getByRole("link", { name: "line 5" }).click();
      await window.focused();
      await until("the cursor in line 5", () => window.driver.run((vscode) => vscode.window.activeTextEditor?.selection.start.line === 4));
      await window.select(code.indexOf("if x"), code.indexOf("\n}"));
      await panel(window).getByRole("button", { name: "Insert into the editor" }).click();
      const inserted = code.replace("if x < low {\n\t\treturn low\n\t}\n\treturn min(x, high)\n", "return max(low, min(x, high))\n");
      await window.textIs(inserted);
      await window.focused();
      await window.saved("insert.go", inserted);
    },
  },
  {
    name: "the panel by keyboard alone",
    async play({ sim, window }) {
      await sim.chat({ when: "", text: answer });
      await explain(window, "keyboard.go");
      await answered(window);
      await window.press("Shift+Alt+Q");
      const frame = await panelFrame(window);
      const focused = () => frame.evaluate(() => document.activeElement?.textContent || document.activeElement?.id);
      await until("the cursor in the box", async () => (await focused()) === "question");
      const names: (string | undefined)[] = [];
      for (let i = 0; i < 20 && names.at(-1) !== "Insert into the editor"; i++) {
        await window.press("Shift+Tab");
        names.push(await focused());
      }
      assert.ok(names.includes("Insert into the editor"), `the keyboard comes to ${names.join(", ")}`);
      await window.press("Escape");
      await window.focused();
      await window.press("Control+End");
      await window.type("// here");
      await window.saved("keyboard.go", code + "// here");
    },
  },
  {
    name: "nothing that a model says reaches out of the panel",
    async play({ sim, window, note }) {
      await sim.chat({ when: "", text: "Ready." });
      await explain(window, "payloads.go");
      await answered(window);
      const frame = await panelFrame(window);
      const asked: string[] = [];
      const listen = (request: Request) => void (/^(data|blob):/.test(request.url()) || asked.push(request.url()));
      const payloads = await sim.payloads("markdown");
      window.page.on("request", listen);
      for (const { name } of payloads) {
        await sim.chat({ when: "", payload: name });
        await window.command("sopro.explainSelection");
        await answered(window);
        const foreign = await frame.evaluate(() =>
          [...document.querySelectorAll("*")]
            .filter((e) => e.closest("main") && (/^(script|img|iframe|object|embed|link|style|svg|form|input|a|audio|video|base|meta)$/i.test(e.localName) || e.getAttributeNames().some((n) => /^(on|src|href|style)/.test(n))))
            .map((e) => e.outerHTML),
        );
        assert.deepEqual(foreign, [], name);
      }
      window.page.off("request", listen);
      assert.deepEqual(asked, []);
      const policy = await frame.evaluate(() => document.querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute("content") ?? "");
      assert.match(policy, /^default-src 'none'; script-src 'nonce-[^']+'; style-src 'self' https:\/\/\*\.vscode-cdn\.net; base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'$/);
      note(`${payloads.length} payloads`);
    },
  },
  {
    name: "axe finds nothing in the panel, in any theme",
    async play({ sim, window, picture }) {
      const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
      await sim.chat({ when: "fast", text: "It is fast.\n\n| a | b |\n|---|---|\n| 1 | 2 |\n" }, { when: "", text: `# Title\n\n${answer}\n\n> Quoted, with a [link](https://example.org).\n` });
      await explain(window, "axe.go");
      await answered(window);
      await ask(window, "Is it fast?");
      await answerIs(window, /It is fast/);
      await answered(window);
      for (const theme of themes) {
        await window.theme(theme);
        const frame = await panelFrame(window);
        const faults = await frame.evaluate(async (source) => {
          (0, eval)(source);
          const { violations } = await (globalThis as unknown as { axe: typeof import("axe-core") }).axe.run();
          return violations.flatMap((v) => v.nodes.map((node) => `${v.id}: ${node.html} ${node.failureSummary ?? ""}`));
        }, axe);
        await picture(`explain panel, ${theme}`);
        assert.deepEqual(faults, [], theme);
      }
    },
  },
];
