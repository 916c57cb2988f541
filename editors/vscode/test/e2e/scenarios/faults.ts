// What goes wrong, and comes right again.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { processesFrom } from "../processes.ts";
import type { Scenario } from "../story.ts";
import { until } from "../wait.ts";

const model = "qwen2.5-coder:1.5b-base";

/** Writes into a workspace what the built-in engine learns there. */
export function habits(workspace: string): void {
  const line = "    total = total + weight * height\n";
  fs.mkdirSync(workspace, { recursive: true });
  for (const name of ["one.py", "two.py", "three.py"]) {
    fs.writeFileSync(path.join(workspace, name), `def sum(weight, height):\n    total = 0\n${line.repeat(4)}    return total\n`);
  }
}

export const faults: Scenario[] = [
  {
    name: "Ollama stops and starts",
    async play({ sim, window, picture }) {
      await window.edit("stopped.py", "def sum(weight, height):\n    total = 0\n    █\n");
      await sim.stop();
      await window.statusIs(/Ollama down/);
      await picture("status bar, Ollama down");
      await window.type("total = ");
      await window.ghostIs("total + weight * height");
      await picture();
      await window.type("height = "); // where it knows nothing
      const messages = (await window.messages()).filter((text) => text.includes("Ollama"));
      assert.equal(messages.length, 1, `one message: ${JSON.stringify(messages)}`);
      await sim.start();
      await window.statusIs(new RegExp(`${model} \\|`));
      await window.warm(model, sim);
      await sim.fill({ when: "return $", text: "a + b" });
      await window.edit("started.go", "package main\n\nfunc add(a, b int) int {\n\t█\n}\n");
      await window.type("return ");
      await window.ghostIs("a + b");
    },
  },
  {
    name: "the server is killed",
    async play({ sim, window, workbench }) {
      const serving = () => processesFrom(workbench.extensions);
      const [before, ...others] = serving();
      assert.deepEqual(others, [], "one server");
      process.kill(before!, "SIGKILL");
      await until("another server", () => serving().some((pid) => pid !== before));
      await window.statusIs(new RegExp(`${model} \\|`));
      const messages = (await window.messages()).filter((text) => text.includes("has ended unexpectedly"));
      assert.equal(messages.length, 1, `one message: ${JSON.stringify(messages)}`);
      await window.warm(model, sim);
      await sim.fill({ when: "return $", text: "a + b" });
      await window.edit("killed.go", "package main\n\nfunc add(a, b int) int {\n\t█\n}\n");
      await window.type("return ");
      await window.ghostIs("a + b");
      assert.equal(serving().length, 1);
    },
  },
];
