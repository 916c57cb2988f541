// Windows that show something else than one folder.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { answered, answerIs } from "../panel.ts";
import type { Scenario } from "../story.ts";
import { until } from "../wait.ts";

const python = (body: string) => `def add(a, b):\n    ${body}\n`;

/** The file that lists the folders of a workspace, below its folder. */
export const list = "both.code-workspace";

/** Writes a workspace of two folders, which switches completions off in one language. */
export function twoFolders(workspace: string): void {
  for (const name of ["one", "two"]) {
    fs.mkdirSync(path.join(workspace, name), { recursive: true });
  }
  const content = { folders: [{ path: "one" }, { path: "two" }], settings: { "sopro.completion.languages": { go: false } } };
  fs.writeFileSync(path.join(workspace, list), JSON.stringify(content));
}

export const folderless: Scenario[] = [
  {
    name: "a file completes, and is explained",
    async play({ sim, window, picture }) {
      assert.equal(await window.driver.run((vscode) => vscode.workspace.workspaceFolders === undefined), true);
      await sim.fill({ when: "return $", text: "a + b" });
      await sim.chat({ when: "", text: "It adds." });
      await window.edit("alone.py", python("█"));
      await window.type("return ");
      await window.ghostIs("a + b");
      await window.press("Tab");
      await window.saved("alone.py", python("return a + b"));
      await window.press("Shift+Alt+E");
      await answerIs(window, /It adds\./);
      await answered(window);
      await picture();
    },
  },
  {
    name: "the menu offers no workspace, and the doctor looks all the same",
    async play({ sim, window, picture }) {
      await window.edit("doctor.py", python("█"));
      window.begin("sopro.menu");
      const entries = window.page.locator(".quick-input-widget .monaco-list-row");
      await entries.filter({ hasText: "Run the doctor" }).waitFor();
      assert.equal(await entries.filter({ hasText: "in this workspace" }).count(), 0);
      await picture();
      await entries.filter({ hasText: "Run the doctor" }).click();
      await until("what the doctor found", () =>
        window.driver.run((vscode, url) => {
          const document = vscode.window.activeTextEditor?.document;
          return document?.uri.path === "/doctor.txt" && document.getText().includes(url);
        }, sim.url),
      );
    },
  },
];

export const folders: Scenario[] = [
  {
    name: "files of both complete, and the settings of the workspace's file count",
    async play({ sim, window, picture }) {
      assert.equal(await window.driver.run((vscode) => vscode.workspace.workspaceFolders?.length), 2);
      await sim.fill({ when: "return $", text: "a + b" });
      for (const folder of ["one", "two"]) {
        await window.edit(`${folder}/add.py`, python("█"));
        await window.type("return ");
        await window.ghostIs("a + b");
        await picture(`two folders: files of both complete, ${folder}`);
        await window.press("Tab");
        await window.saved(`${folder}/add.py`, python("return a + b"));
      }
      await window.edit("two/add.go", "package two\n\nfunc add(a, b int) int {\n\t█\n}\n");
      await window.statusIs(/Completions are off in this language/);
      await window.type("return ");
      await window.settle();
      assert.equal(await window.ghost(), "");
    },
  },
  {
    name: "completions are switched off and on in the workspace, in its file",
    async play({ sim, window, picture }) {
      await sim.fill({ when: "return $", text: "a + b" });
      await window.edit("one/off.py", python("return █"));
      const enabled = () => (JSON.parse(window.disk(list)) as { settings: Record<string, unknown> }).settings["sopro.completion.enabled"];
      await window.command("sopro.switchWorkspace");
      await window.statusIs(/off/);
      assert.equal(enabled(), false);
      await window.press("Alt+\\");
      await window.settle();
      assert.equal(await window.ghost(), "");
      await picture();
      await window.command("sopro.switchWorkspace");
      await window.statusIs(/Ready/);
      assert.equal(enabled(), true);
      await window.press("Alt+\\");
      await window.ghostIs("a + b");
    },
  },
  {
    name: "a folder is taken away and comes again",
    async play({ sim, window, picture }) {
      await sim.fill({ when: "return $", text: "a + b" });
      for (const change of ["away", "again"] as const) {
        const count = await window.driver.run(
          async (vscode, change, folder) => {
            const changed = new Promise((resolve) => vscode.workspace.onDidChangeWorkspaceFolders(resolve));
            const taken = change === "away" ? vscode.workspace.updateWorkspaceFolders(1, 1) : vscode.workspace.updateWorkspaceFolders(1, 0, { uri: vscode.Uri.file(folder) });
            if (!taken) {
              throw new Error(`VS Code does not take the folder ${change}`);
            }
            await changed;
            return vscode.workspace.workspaceFolders?.length;
          },
          change,
          window.path("two"),
        );
        assert.equal(count, change === "away" ? 1 : 2);
      }
      await window.edit("two/again.py", python("█"));
      await window.type("return ");
      await window.ghostIs("a + b");
      await picture();
      await window.press("Tab");
      await window.saved("two/again.py", python("return a + b"));
    },
  },
];
