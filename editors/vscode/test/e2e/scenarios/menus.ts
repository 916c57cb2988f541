// What is done by the menu of Sopro's item in the status bar.

import assert from "node:assert/strict";
import fs from "node:fs";
import type { Locator } from "playwright-core";
import { processesFrom } from "../processes.ts";
import type { Scenario } from "../story.ts";
import { until } from "../wait.ts";
import type { Window } from "../window.ts";
import { installed } from "./models.ts";

const python = (body: string) => `def add(a, b):\n    ${body}\n`;
const workspaceSettings = ".vscode/settings.json";

const entry = (window: Window, says: RegExp | string): Locator => window.page.locator(".quick-input-widget .monaco-list-row", { hasText: says });

/** Opens the menu. */
async function openMenu(window: Window): Promise<void> {
  await window.page.locator('.statusbar-item[id="sopro.sopro.sopro.status"] a').click();
  await window.page.mouse.move(640, 400); // or what the mouse rests on would tell of itself
}

/** Chooses from the menu, and from the lists that come after. */
async function fromMenu(window: Window, ...entries: RegExp[]): Promise<void> {
  await openMenu(window);
  for (const says of entries) {
    await entry(window, says).click();
  }
}

/** Waits until a completion that is asked for comes: the server hears of a setting a moment after the status bar. */
async function completes(window: Window, text: string): Promise<void> {
  await window.focused();
  await until(`the ghost ${text}`, async () => {
    await window.press("Alt+\\");
    await window.settle();
    return (await window.ghost()) === text;
  }, 100);
}

/** The text of this file, once it is what the person looks at. */
function shown(window: Window, path: string): Promise<string> {
  return until(`an editor of ${path}`, () =>
    window.driver.run((vscode, path) => {
      const document = vscode.window.activeTextEditor?.document;
      return document?.uri.path === path ? document.getText() : undefined;
    }, path),
  );
}

/** Sees to it that nothing is completed. */
async function staysSilent(window: Window): Promise<void> {
  await window.press("Alt+\\");
  await window.settle();
  assert.equal(await window.ghost(), "");
}

export const menus: Scenario[] = [
  {
    name: "completions are switched off and on in a language",
    async play({ sim, window, picture }) {
      await sim.fill({ when: "return $", text: "a + b" });
      await window.set({ "sopro.completion.languages": undefined }); // which the menu makes
      await window.edit("switch.py", python("return █"));
      await fromMenu(window, /Switch completions off in python/);
      await window.statusIs(/Completions are off in this language/);
      await staysSilent(window);
      await picture();
      await fromMenu(window, /Switch completions on in python/);
      await window.statusIs(/Ready/);
      await completes(window, "a + b");
      await window.press("Tab");
      await window.saved("switch.py", python("return a + b"));
    },
  },
  {
    name: "completions are switched off and on in a workspace, in its own file",
    async play({ sim, window, picture }) {
      await sim.fill({ when: "return $", text: "a + b" });
      await window.edit("workspace.py", python("return █"));
      const made = () => JSON.parse(window.disk(workspaceSettings)) as Record<string, unknown>;
      try {
        await fromMenu(window, /Switch completions off in this workspace/);
        await window.statusIs(/off/);
        assert.equal(made()["sopro.completion.enabled"], false);
        await staysSilent(window);
        await openMenu(window);
        await entry(window, "in this workspace").waitFor();
        await picture();
        await window.press("Escape");
        await fromMenu(window, /Switch completions on in this workspace/);
        await window.statusIs(/Ready/);
        assert.equal(made()["sopro.completion.enabled"], true);
        await completes(window, "a + b");
      } finally {
        await window.put(workspaceSettings, undefined);
      }
    },
  },
  {
    name: "completions are switched off and on everywhere",
    async play({ sim, window }) {
      await sim.fill({ when: "return $", text: "a + b" });
      await window.set({ "sopro.completion.enabled": undefined }); // which the menu makes
      await window.edit("everywhere.py", python("return █"));
      await fromMenu(window, /Switch completions off$/);
      await window.statusIs(/Completions are off/);
      await staysSilent(window);
      await fromMenu(window, /Switch completions on$/);
      await window.statusIs(/Ready/);
      await completes(window, "a + b");
    },
  },
  {
    name: "another model is chosen",
    async play({ sim, window, picture }) {
      await window.set({ "sopro.models.completion": undefined }); // which the menu makes
      await window.edit("choose.py", python("█"));
      await fromMenu(window, /Choose a model/, /Completes code/, /qwen2\.5-coder:7b/);
      await window.statusIs(/qwen2\.5-coder:7b \|/);
      await fromMenu(window, /Choose a model/, /Completes code/);
      await entry(window, "Automatic").waitFor();
      await picture();
      await entry(window, "Automatic").click();
      await window.statusIs(/qwen2\.5-coder:1\.5b-base \|/);
      await window.warm("qwen2.5-coder:1.5b-base", sim);
    },
  },
  {
    name: "a model is installed, and removed after consent",
    async play({ sim, window, picture }) {
      const name = "codellama:13b";
      await sim.library({ name, bytes: 7_400_000_000 });
      await window.edit("install.py", python("█"));
      const before = await installed(window);
      await fromMenu(window, /Install a model/);
      await window.page.locator(".quick-input-widget input").fill(name);
      await entry(window, name).click();
      await window.answerMessage(new RegExp(`Download the model ${name} from`), "Download");
      await until("it to be installed", async () => (await installed(window)).includes(name));
      await fromMenu(window, /Remove a model/, new RegExp(name));
      const question = new RegExp(`Remove the model ${name} `);
      await window.page.locator(".notifications-toasts .notification-list-item", { hasText: question }).waitFor();
      await picture();
      await window.answerMessage(question, "Cancel");
      await window.settle();
      assert.ok((await installed(window)).includes(name), "nobody agreed");
      await fromMenu(window, /Remove a model/, new RegExp(name));
      await window.answerMessage(question, "Remove");
      await until("it to be gone", async () => !(await installed(window)).includes(name));
      assert.deepEqual(await installed(window), before);
    },
  },
  {
    name: "what was sent is shown, the whole of it",
    async play({ sim, window, picture }) {
      await sim.fill({ when: "return $", text: "a + b" });
      await window.edit("trace.py", python("█"));
      await window.type("return ");
      await window.ghostIs("a + b");
      const sent = (await sim.requests()).filter(({ path }) => path === "/api/generate");
      assert.notEqual(sent.length, 0);
      await fromMenu(window, /Show exactly what was sent/);
      const trace = await shown(window, "/trace.md");
      for (const { path, body } of sent) {
        assert.match(trace, new RegExp(`POST ${path}`));
        assert.ok(trace.includes(JSON.stringify(JSON.parse(body), undefined, 2)), `${body} is not in ${trace}`);
      }
      assert.match(trace, /def add\(a, b\):\n {4}return /);
      await picture();
      await window.command("sopro.explainSelection"); // not here: what Sopro wrote itself is no code
      await until("words for it", async () => (await window.messages()).some((text) => text.includes("only in files, notebooks and unsaved editors")));
    },
  },
  {
    name: "the doctor looks, and the log is shown",
    async play({ sim, window, workbench, picture }) {
      await window.edit("doctor.py", python("█"));
      await fromMenu(window, /Run the doctor/);
      const findings = await shown(window, "/doctor.txt");
      assert.ok(findings.includes(sim.url), findings);
      assert.ok(findings.includes("qwen2.5-coder:1.5b-base"), findings);
      await until("its end", () => processesFrom(workbench.extensions).length === 1);
      await picture("the doctor");
      await fromMenu(window, /Show the log/);
      // Its lines are written by a native part of VS Code, which is not built here since no script of a package runs.
      await window.page.locator('.part.panel select option:checked', { hasText: "Sopro" }).first().waitFor({ state: "attached" });
      await picture();
    },
  },
  {
    name: "the server is restarted, and the walkthrough opened",
    async play({ sim, window, workbench, picture }) {
      await window.edit("restart.py", python("█"));
      const [before] = processesFrom(workbench.extensions);
      await fromMenu(window, /Restart the server/);
      await until("another server", () => {
        const [now, ...others] = processesFrom(workbench.extensions);
        return now !== undefined && now !== before && others.length === 0 && !fs.existsSync(`/proc/${before!}`);
      });
      await window.warm("qwen2.5-coder:1.5b-base", sim);
      await fromMenu(window, /Set up/);
      await window.page.locator(".gettingStartedContainer", { hasText: "Set Up Sopro" }).waitFor();
      await picture();
    },
  },
];
