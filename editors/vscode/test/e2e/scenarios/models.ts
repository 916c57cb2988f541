// A machine without a model: the walkthrough, and how a model comes.

import assert from "node:assert/strict";
import type { Scenario } from "../story.ts";
import { until } from "../wait.ts";
import type { Window } from "../window.ts";

const name = "qwen2.5-coder:1.5b-base";
const bytes = 986_000_000;

/** The installed models, by the server of Sopro. */
export const installed = (window: Window) =>
  window.driver.run(async (vscode) => {
    const { models } = await vscode.commands.executeCommand<{ models: { name: string }[] }>("sopro.models.list", {});
    return models.map((m) => m.name);
  });

/** Names a model to be installed, as the command has a person do. */
async function nameModel(window: Window, model: string): Promise<void> {
  window.begin("sopro.pullModel"); // it lasts as long as the download
  const input = window.page.locator(".quick-input-widget input");
  await input.waitFor();
  await input.fill(model);
}

const pulls = (requests: { path: string; aborted: boolean }[]) => requests.filter((r) => r.path === "/api/pull");

export const models: Scenario[] = [
  {
    name: "the walkthrough is shown once, and the built-in engine completes",
    async play({ window, workbench, picture }) {
      window.write("first.py", "");
      await window.driver.run(async (vscode, file) => {
        await vscode.window.showTextDocument(vscode.Uri.file(file)); // it loses the keyboard to the walkthrough
      }, window.path("first.py"));
      await window.page.locator(".gettingStartedContainer", { hasText: "Set Up Sopro" }).waitFor();
      await window.page.locator(".gettingStartedContainer", { hasText: "Install a model that fills in code" }).waitFor();
      await picture();
      await window.statusIs(/built-in/);
      await window.edit("second.py", "def sum(weight, height):\n    total = 0\n    █\n");
      await window.type("total = ");
      await until("a ghost of the built-in engine", async () => {
        await window.press("Alt+\\"); // it completes as soon as it has read the folder
        await window.settle();
        return (await window.ghost()) === "total + weight * height";
      }, 100);
      await window.press("Tab");
      await window.saved("second.py", "def sum(weight, height):\n    total = 0\n    total = total + weight * height\n");
      assert.deepEqual(await window.messages(), [], "what the walkthrough says");
      await window.tidy();
      await workbench.reload(window);
      await window.edit("third.py", "def third():\n    █\n");
      await window.statusIs(/built-in/);
      await window.settle();
      assert.equal(await window.page.locator(".gettingStartedContainer").count(), 0, "it is shown once");
    },
  },
  {
    name: "names that are refused, in words, before anybody is asked",
    async play({ sim, window }) {
      await window.edit("names.py", "█\n");
      for (const [typed, why] of [
        ["qwen2.5-с\u043eder", /not ASCII/],
        ["qwen 2.5", /Names look like/],
        ["../../etc", /only dots/],
      ] as const) {
        await nameModel(window, typed);
        await window.page.locator(".quick-input-list", { hasText: why }).waitFor();
        await window.press("Enter");
        await window.settle();
        assert.ok(await window.page.locator(".quick-input-widget").isVisible(), "it waits for another name");
        await window.press("Escape");
        await window.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
      }
      assert.deepEqual(pulls(await sim.requests()), []);
    },
  },
  {
    name: "a model is pulled after consent to its exact name, is cancelled, and goes on",
    async play({ sim, window, picture }) {
      await sim.library({ name, bytes, hold: true });
      await window.edit("pull.py", "█\n");
      await nameModel(window, name);
      await window.page.locator(".quick-input-list .monaco-list-row", { hasText: "986 MB" }).waitFor(); // it is known, and stands in the list
      await window.press("Enter");
      const question = new RegExp(`Download the model ${name} from`);
      await window.answerMessage(question, "Cancel");
      await window.settle();
      assert.deepEqual(pulls(await sim.requests()), [], "nobody agreed");

      await nameModel(window, name);
      await window.page.locator(".quick-input-list .monaco-list-row", { hasText: "986 MB" }).waitFor(); // it is known, and stands in the list
      await window.press("Enter");
      await window.answerMessage(question, "Download");
      const bar = window.page.locator(".notifications-toasts .notification-list-item", { hasText: /\d+ MB of 986 MB/ });
      await bar.waitFor();
      await picture();
      await bar.getByRole("button", { name: "Cancel", exact: true }).click();
      await until("an aborted pull", async () => pulls(await sim.requests()).some((r) => r.aborted));
      await bar.waitFor({ state: "detached" });
      assert.deepEqual(await installed(window), []);

      await nameModel(window, name);
      await window.page.locator(".quick-input-list .monaco-list-row", { hasText: "986 MB" }).waitFor(); // it is known, and stands in the list
      await window.press("Enter");
      await window.answerMessage(question, "Download");
      await bar.waitFor();
      await sim.release();
      await window.statusIs(new RegExp(`${name} \\|`));
      assert.deepEqual(await installed(window), [name]);
      await window.warm(name, sim);
    },
  },
];
