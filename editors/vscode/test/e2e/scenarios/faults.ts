// What goes wrong, and comes right again.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import { answered, answerIs, panel } from "../panel.ts";
import { family, processesFrom } from "../processes.ts";
import { propose, proposed, toPropose } from "../proposal.ts";
import type { Scenario, Stage } from "../story.ts";
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

/** Kills the one server there is, and waits for its end. */
async function kill(workbench: Stage["workbench"]): Promise<void> {
  const [server, ...others] = processesFrom(workbench.extensions);
  assert.deepEqual(others, [], "one server");
  process.kill(server!, "SIGKILL");
  await until("the server's end", () => !processesFrom(workbench.extensions).includes(server!));
}

/** An explanation is on its way when its server is killed: what came stays, it is said why no more comes, and the next server goes on. */
async function killWhileExplaining({ sim, window, workbench, picture }: Stage): Promise<void> {
  await sim.chat({ when: "", text: "It is a number that is doubled, and then all is well again at the end." });
  window.write("explained.go", proposed);
  await window.open("explained.go", [[0, proposed.length]]);
  await sim.hold(6);
  await window.press("Shift+Alt+E");
  await answerIs(window, /It is a/);
  await kill(workbench);
  await panel(window).getByText("The server ended before it answered").first().waitFor();
  await answerIs(window, /It is a/);
  await picture();
  await sim.release();
  await panel(window).getByRole("button", { name: "Try again", exact: true }).click(); // which starts the server
  await answerIs(window, /at the end\.$/);
  await answered(window);
}

export const faults: Scenario[] = [
  {
    name: "Ollama stops and starts",
    async play({ sim, window, picture }) {
      await window.edit("stopped.py", "def sum(weight, height):\n    total = 0\n    █\n");
      await sim.stop();
      await window.statusIs(/Ollama down/);
      await window.page.locator(".notifications-toasts .notification-list-item", { hasText: "ollama serve" }).getByRole("button", { name: "Run the Doctor" }).waitFor();
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
  {
    name: "the server is killed while a panel streams",
    play: killWhileExplaining,
  },
  {
    name: "the server is killed while a panel streams, and another program holds its pipes",
    async play(stage) {
      const { sim, window, workbench } = stage;
      const [server] = processesFrom(workbench.extensions);
      window.write("wrapper", `#!/bin/sh\nsleep 60 &\nexec '${fs.readlinkSync(`/proc/${server!}/exe`)}' "$@"\n`);
      fs.chmodSync(window.path("wrapper"), 0o755);
      await window.set({ "sopro.server.path": window.path("wrapper") });
      const holder = await until("a server that was started so", () => processesFrom(workbench.extensions).flatMap((pid) => family(pid).slice(1))[0]);
      await window.warm(model, sim);
      await killWhileExplaining(stage);
      process.kill(holder, "SIGKILL");
    },
  },
  {
    name: "the server is killed while a proposal stands",
    async play({ sim, window, workbench }) {
      await sim.chat(toPropose);
      const text = await propose(window, "stands.go");
      await kill(workbench);
      await window.press("Tab");
      await window.textIs(text);
      await until("another server", () => processesFrom(workbench.extensions).length === 1);
      await window.statusIs(new RegExp(`${model} \\|`));
      await window.warm(model, sim);
    },
  },
];
