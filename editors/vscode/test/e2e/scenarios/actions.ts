// What the editor's own menus offer: the lightbulb's, and the one of the right button.

import assert from "node:assert/strict";
import { answered, answerIs, panel } from "../panel.ts";
import { file, lens, proposed, toPropose } from "../proposal.ts";
import type { Scenario } from "../story.ts";
import type { Window } from "../window.ts";

const code = file();
const main = [[code.indexOf("func main"), code.length - 1]];

/** Chooses from the menu of the lightbulb, once what Sopro offers is in it. */
async function fromLightbulb(window: Window, title: string, picture: () => Promise<void>): Promise<void> {
  const row = window.page.locator(".action-widget .monaco-list-row", { hasText: title });
  await window.press("Control+.");
  await row.waitFor();
  await picture();
  await row.click();
}

/** Chooses from the menu of the right button, opened by its key. */
async function fromContextMenu(window: Window, title: string, picture: () => Promise<void>): Promise<void> {
  await window.press("Shift+F10");
  const entry = window.page.locator(".monaco-menu .action-label", { hasText: title });
  await entry.waitFor();
  await picture();
  await entry.click();
}

/** Takes what is proposed for the comment. */
async function accept(window: Window, name: string): Promise<void> {
  await lens(window, "Accept").click();
  await window.focused();
  await window.saved(name, file(`${proposed}\n`));
}

export const actions: Scenario[] = [
  {
    name: "the lightbulb generates",
    async play({ sim, window, picture }) {
      await sim.chat(toPropose);
      await window.edit("bulb.go", code.replace("twice.\n", "twice.█\n"));
      await fromLightbulb(window, "Sopro: generate code from this comment", picture);
      await accept(window, "bulb.go");
    },
  },
  {
    name: "the lightbulb explains",
    async play({ sim, window, picture }) {
      await sim.chat({ when: "", text: "It does nothing." });
      window.write("explained.go", code);
      await window.open("explained.go", main);
      await fromLightbulb(window, "Sopro: explain", () => picture("editor: the lightbulb explains, its menu"));
      await answerIs(window, /It does nothing\./);
      await answered(window);
      await picture();
      assert.equal(window.disk("explained.go"), code);
    },
  },
  {
    name: "the context menu generates",
    async play({ sim, window, picture }) {
      await sim.chat(toPropose);
      await window.edit("context.go", code.replace("twice.\n", "twice.█\n"));
      await fromContextMenu(window, "Generate Code from This Comment", picture);
      await accept(window, "context.go");
    },
  },
  {
    name: "the context menu explains what is selected",
    async play({ sim, window, picture }) {
      await sim.chat({ when: "", text: "It does nothing, again." });
      window.write("selected.go", code);
      await window.open("selected.go", main);
      await fromContextMenu(window, "Explain Selection", picture);
      await panel(window).getByText("It does nothing, again.").waitFor();
      await answered(window);
      assert.equal(window.disk("selected.go"), code);
    },
  },
];
