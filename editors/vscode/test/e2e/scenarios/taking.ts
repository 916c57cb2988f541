// What is taken back, and what stands while something else happens.

import assert from "node:assert/strict";
import { file, lens, propose, proposed, toPropose } from "../proposal.ts";
import type { Scenario } from "../story.ts";
import { until } from "../wait.ts";

const func = (body: string) => `package main\n\nfunc add(a, b int) int {\n${body}}\n`;

export const taking: Scenario[] = [
  {
    name: "a completion is taken back in one step",
    async play({ sim, window }) {
      await sim.fill({ when: "return $", text: "a + b" });
      await window.edit("undo.go", func("\t█\n"));
      await window.type("return ");
      await window.ghostIs("a + b");
      await window.press("Tab");
      await window.textIs(func("\treturn a + b\n"));
      await window.press("Control+z");
      await window.textIs(func("\treturn \n"));
    },
  },
  {
    name: "a proposal stays while somebody writes elsewhere, and with a second cursor",
    async play({ sim, window }) {
      await sim.chat(toPropose);
      await propose(window, "stays.go");
      const at = file().indexOf("twice.") + "twice.".length;
      await window.driver.run((vscode, at) => {
        const editor = vscode.window.activeTextEditor!;
        const [first, second] = [at, at + 2].map((offset) => editor.document.positionAt(offset));
        editor.selections = [new vscode.Selection(first!, first!), new vscode.Selection(second!, second!)];
      }, at);
      await until("two cursors on the screen", async () => (await window.page.locator(".editor-instance .cursors-layer .cursor").count()) === 2);
      await window.press("Escape"); // the second cursor goes
      await until("one cursor", () => window.driver.run((vscode) => vscode.window.activeTextEditor?.selections.length === 1));
      assert.equal(await lens(window, "Accept").count(), 1);
      await window.press("Control+End");
      await window.type("// end");
      await window.press("Control+Home", "End", "Enter");
      await window.type("// top");
      assert.equal(await lens(window, "Accept").count(), 1);
      await lens(window, "Accept").click();
      await window.textIs(`${file(`${proposed}\n`).replace("main\n", "main\n// top\n")}// end`);
    },
  },
];
