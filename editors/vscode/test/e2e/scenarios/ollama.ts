// The three uses, against a real Ollama. Its model is half a megabyte and says what it was made to say.

import assert from "node:assert/strict";
import { answered, answerIs } from "../panel.ts";
import type { Scenario } from "../story.ts";
import { until } from "../wait.ts";

export const ollama: Scenario[] = [
  {
    name: "completion, explanation and code for a comment",
    async play({ window, picture }) {
      await window.edit("add.go", "package main\n\nfunc add(a, b int) int {\n\t█\n}\n");
      await until("a ghost", async () => {
        await window.press("Alt+\\");
        await window.settle();
        return window.ghost();
      }, 200);
      assert.equal(await window.ghost(), "return a + b");
      await picture("a real Ollama completes");
      await window.press("Tab");
      await window.saved("add.go", "package main\n\nfunc add(a, b int) int {\n\treturn a + b\n}\n");
      await window.select(14, 50);
      await window.press("Shift+Alt+E");
      await answerIs(window, /This function adds two numbers\./);
      await answered(window);
      await picture("a real Ollama explains");
      const comment = "package main\n\n// add adds two numbers.";
      const code = "func add(a, b int) int {\n\treturn a + b\n}";
      await window.edit("generate.go", `${comment}█\n`);
      await window.press("Shift+Alt+G");
      await window.page.locator(".codelens-decoration", { hasText: "Accept" }).waitFor();
      await window.ghostIs(code.replace("\t", "    "));
      await picture();
      await window.press("Tab");
      await window.textIs(`${comment}\n${code}\n`);
      await window.saved("generate.go", `${comment}\n${code}\n`);
    },
  },
];
