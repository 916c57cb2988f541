// What is taken back, and what stands while something else happens.

import assert from "node:assert/strict";
import { file, lens, propose, proposed, toPropose } from "../proposal.ts";
import type { Scenario } from "../story.ts";
import { until } from "../wait.ts";

const func = (body: string) => `package main\n\nfunc add(a, b int) int {\n${body}}\n`;

const loop = (body: string) => `package main\n\nfunc sum(a int, b []int) int {\n\tfor _, n := range b {${body}}\n\treturn a\n}\n`;

export const taking: Scenario[] = [
  {
    name: "a line is taken, then the rest",
    async play({ sim, window, picture }) {
      await sim.fill({ when: "range b \\{\n\t\t$", text: "if n > 0 {\n\t\t\ta += n\n\t\t}" });
      await window.edit("line.go", loop("█"));
      await window.press("Enter");
      await window.ghostIs("if n > 0 {\n            a += n\n        }");
      await window.command("editor.action.inlineSuggest.acceptNextLine");
      await window.textIs(loop("\n\t\tif n > 0 {\n\n\t"));
      await until("the rest", async () => (await window.ghost()).includes("a += n"));
      await picture();
      await window.press("Tab"); // indents, as it does where a line begins
      await window.ghostIs("a += n\n        }");
      await window.press("Tab");
      await window.saved("line.go", loop("\n\t\tif n > 0 {\n\t\t\ta += n\n\t\t}\n\t"));
    },
  },
  {
    name: "the next suggestion and the one before, where there is one",
    async play({ sim, window, picture }) {
      await sim.fill({ when: "return $", text: "a + b" });
      await window.edit("next.go", func("\t█\n"));
      await window.type("return ");
      await window.ghostIs("a + b");
      for (const key of ["Alt+]", "Alt+]", "Alt+["]) {
        await window.press(key);
        await window.settle();
        await window.ghostIs("a + b");
      }
      await picture();
      await window.press("Tab");
      await window.saved("next.go", func("\treturn a + b\n"));
    },
  },
  {
    name: "the next suggestion asks for others, the one before goes back, and what is shown is taken",
    async play({ sim, window, picture }) {
      await sim.fill({ when: "return $", text: "a + b", others: ["b + a", "2 * a"] });
      await window.edit("several.go", func("\t█\n"));
      await window.type("return ");
      await window.ghostIs("a + b");
      const seen = ["a + b"];
      for (let i = 0; i < 2; i++) {
        await window.press("Alt+]");
        seen.push(
          await until("another one", async () => {
            const ghost = await window.ghost();
            return ghost !== "" && !seen.includes(ghost) ? ghost : undefined;
          }),
        );
      }
      assert.deepEqual(seen.toSorted(), ["2 * a", "a + b", "b + a"]);
      await window.press("Alt+]");
      await window.ghostIs("a + b");
      await window.press("Alt+[");
      await window.ghostIs(seen[2]!);
      await picture();
      await window.press("Tab");
      await window.saved("several.go", func(`\treturn ${seen[2]!}\n`));
    },
  },
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
      await window.settle(); // what was to be seen for one cursor is gone, or stays
      if ((await window.ghost()) !== "") {
        await window.press("Escape"); // takes the ghost away, before it has to do with cursors
        await window.ghostIs("");
      }
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
