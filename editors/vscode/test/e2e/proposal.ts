// Code for a comment, from outside: where it is proposed, and by which buttons it is taken.

import type { Locator } from "playwright-core";
import type { Rule } from "./rig.ts";
import type { Window } from "./window.ts";

const comment = "package main\n\n// double returns x, twice.\n\nfunc main() {\n}\n";

/** What is proposed for the comment. */
export const proposed = "func double(x int) int {\n\treturn 2 * x\n}";

/** What a model has to say to have it proposed. */
export const toPropose: Rule = { when: "double returns", text: "```go\n" + proposed + "\n```\n" };

/** The file with the comment, and what was put below its line. */
export const file = (below = ""): string => comment.replace("twice.\n", `twice.\n${below}`);

/** A button above the comment. */
export const lens = (window: Window, button: string): Locator => window.page.locator(".codelens-decoration a", { hasText: button });

/** Has code proposed for the comment, with the cursor at the end of its line; returns the text that the file has when it is accepted. */
export async function propose(window: Window, name: string): Promise<string> {
  await window.edit(name, comment.replace("twice.\n", "twice.█\n"));
  await window.press("Shift+Alt+G");
  await window.ghostIs(proposed.replaceAll("\t", "    "));
  await lens(window, "Accept").waitFor();
  return file(`${proposed}\n`);
}
