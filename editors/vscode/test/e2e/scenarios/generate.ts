// Code for a comment, as a proposal in its place.

import assert from "node:assert/strict";
import type { Scenario } from "../story.ts";
import { until } from "../wait.ts";

const before = "package main\n\n// clamp returns x, kept between low and high.\n\nfunc main() {\n}\n";
const marked = before.replace("high.\n", "high.█\n");
const generated = "func clamp(x, low, high int) int {\n\treturn max(low, min(x, high))\n}";
const after = before.replace("high.\n", `high.\n${generated}\n`);
const ghost = `${generated.replaceAll("\t", "    ")}`;

export const generation: Scenario[] = [
  {
    name: "code for a comment streams, is accepted, and undone in one step",
    async play({ sim, window, picture }) {
      await sim.chat({ when: "clamp returns", text: "```go\n" + generated + "\n```\n" });
      await sim.hold(14);
      await window.edit("accept.go", marked);
      await window.press("Shift+Alt+G");
      await until("the beginning", async () => (await window.ghost()).includes("func clamp"));
      assert.doesNotMatch(await window.ghost(), /max/);
      await picture("generate a stream");
      await sim.release();
      await window.ghostIs(ghost);
      await window.page.locator(".codelens-decoration", { hasText: "Accept" }).waitFor();
      await picture();
      assert.equal(window.disk("accept.go"), before, "nothing is written before it is accepted");
      await window.press("Tab");
      await window.textIs(after);
      await window.saved("accept.go", after);
      await window.press("Control+z");
      await window.saved("accept.go", before);
    },
  },
  {
    name: "a proposal is rejected",
    async play({ sim, window }) {
      await sim.chat({ when: "clamp returns", text: "```go\n" + generated + "\n```\n" });
      await window.edit("reject.go", marked);
      await window.press("Shift+Alt+G");
      await window.ghostIs(ghost);
      await window.page.locator(".codelens-decoration", { hasText: "Accept" }).waitFor();
      await window.press("Escape");
      await window.ghostIs("");
      await window.type("!");
      await window.saved("reject.go", before.replace("high.", "high.!"));
    },
  },
  {
    name: "a proposal that is rejected while it comes ends the work",
    async play({ sim, window }) {
      await sim.chat({ when: "clamp returns", text: "```go\n" + generated + "\n```\n" });
      await sim.hold(14);
      await window.edit("early.go", marked);
      await window.press("Shift+Alt+G");
      await until("the beginning", async () => (await window.ghost()).includes("func clamp"));
      await window.press("Escape");
      await window.ghostIs("");
      await until("an aborted request", async () => (await sim.requests()).some((r) => r.path === "/api/chat" && r.aborted));
      assert.equal(window.disk("early.go"), before);
    },
  },
];
