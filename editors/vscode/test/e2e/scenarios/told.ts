// What the server is told besides the text.

import assert from "node:assert/strict";
import type { Scenario } from "../story.ts";
import type { Window } from "../window.ts";

const css = (line: string) => `a {\n\tcolor: red;\n}\n\nb {\n\t${line}\n}\n`;

/** Waits until VS Code's own extension for the language has said this of the file that is edited, and Sopro's has told it. */
async function isSaid(window: Window, message: string): Promise<void> {
  await window.driver.run(async (vscode, message) => {
    const { uri } = vscode.window.activeTextEditor!.document;
    await new Promise<void>((resolve) => {
      const look = () => {
        if (vscode.languages.getDiagnostics(uri).some((said) => said.message === message)) {
          listening.dispose();
          resolve();
        }
      };
      const listening = vscode.languages.onDidChangeDiagnostics(look);
      look();
    });
    // Sopro's timer was set before this one in the same process, and is shorter: it has run out, and what is typed is told later.
    await new Promise((resolve) => setTimeout(resolve, 300));
  }, message);
}

export const told: Scenario[] = [
  {
    name: "what another extension says of a line stands in the prompt there",
    async play({ sim, window, picture }) {
      const unknown = "Unknown property: 'colour'";
      await sim.fill({ when: "teal; $", text: "/* cold */" });
      await window.edit("said.css", css("colour: teal;").replace("red", "red█"));
      await isSaid(window, unknown);
      await window.press("Control+End", "ArrowUp", "ArrowUp", "End");
      await window.type(" ");
      await window.ghostIs("/* cold */");
      const asked = (await sim.requests()).find(({ path, body }) => path === "/api/generate" && body.includes("teal; <|fim_suffix|>"));
      assert.ok(asked?.body.includes(`/* ${unknown} */`), asked?.body);
      await picture();
      await window.press("Tab");
      await window.saved("said.css", css("colour: teal; /* cold */"));
    },
  },
];
