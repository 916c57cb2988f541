// A folder that nobody trusts yet.

import assert from "node:assert/strict";
import fs from "node:fs";
import path from "node:path";
import type { Scenario } from "../story.ts";
import { endpoint } from "./settings.ts";

/** What such a folder would have Sopro do. */
export function untrusted(workspace: string): void {
  const settings = {
    "sopro.server.path": path.join(workspace, "server"),
    "sopro.completion.enabled": false,
    "sopro.models.completion": "none",
    "sopro.ollama.url": "http://127.0.0.1:9",
  };
  fs.mkdirSync(path.join(workspace, ".vscode"), { recursive: true });
  fs.writeFileSync(path.join(workspace, ".vscode/settings.json"), JSON.stringify(settings));
  fs.writeFileSync(path.join(workspace, "server"), `#!/bin/sh\ntouch "${workspace}/started"\n`, { mode: 0o755 });
}

export const restricted: Scenario[] = [
  {
    name: "it completes, and nothing that the folder sets counts",
    async play({ sim, window, picture }) {
      assert.equal(await window.driver.run((vscode) => vscode.workspace.isTrusted), false);
      await sim.fill({ when: "return $", text: "a + b" });
      await window.edit("add.py", "def add(a, b):\n    █\n");
      await window.type("return ");
      await window.ghostIs("a + b");
      await picture();
      await window.press("Tab");
      await window.saved("add.py", "def add(a, b):\n    return a + b\n");
      assert.equal(await endpoint(window), sim.url);
      assert.ok(!fs.existsSync(window.path("started")), "a program of the folder was started");
    },
  },
];
