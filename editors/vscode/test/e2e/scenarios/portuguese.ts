// The extension in Brazilian Portuguese.

import assert from "node:assert/strict";
import { answered, answerIs, panel } from "../panel.ts";
import type { Scenario } from "../story.ts";

export const portuguese: Scenario[] = [
  {
    name: "its words, and the language of explanations",
    async play({ sim, window, picture }) {
      assert.equal(await window.driver.run((vscode) => vscode.env.language), "pt-br");
      await sim.chat({ when: "", text: "Soma dois números, na linha 2." });
      window.write("soma.py", "def soma(a, b):\n    return a + b\n");
      await window.open("soma.py", [[0, 30]]);
      await window.press("Shift+Alt+E");
      await answerIs(window, /Soma dois números/);
      await answered(window);
      await panel(window).getByRole("heading", { name: "Explicação" }).waitFor();
      await panel(window).getByRole("link", { name: "linha 2" }).waitFor();
      await window.statusIs(/Pronto/);
      const { body } = (await sim.requests()).find((r) => r.path === "/api/chat")!;
      const { messages } = JSON.parse(body) as { messages: { role: string; content: string }[] };
      assert.match(messages[0]!.content, /Portugu/);
      await picture();
      const titles = await window.driver.run((vscode) => {
        const { commands } = (vscode.extensions.getExtension("sopro.sopro")!.packageJSON as { contributes: { commands: { command: string; title: string | { value: string } }[] } }).contributes;
        return commands.map(({ title }) => (typeof title === "string" ? title : title.value));
      });
      assert.ok(titles.includes("Explicar o código selecionado") || titles.some((title) => /Explicar/.test(title)), titles.join(", "));
    },
  },
];
