// Settings, which count as soon as they are made, and from where they may be made.

import assert from "node:assert/strict";
import http from "node:http";
import type { AddressInfo } from "node:net";
import type { Request } from "../rig.ts";
import type { Scenario } from "../story.ts";
import { until } from "../wait.ts";
import type { Window } from "../window.ts";

const python = (body: string) => `def add(a, b):\n    ${body}\n`;

interface Status {
  ollama: { url: string; reachable: boolean };
}

export async function endpoint(window: Window): Promise<string> {
  const { ollama } = await window.driver.run((vscode) => vscode.commands.executeCommand<Status>("sopro.status", {}));
  return ollama.url;
}

/** Where a repository would have Sopro send code, in every way to write it. */
const redirections = (url: string): Record<string, unknown>[] => [
  { "sopro.ollama.url": url, "sopro.openai.url": url, "sopro.privacy.allowRemote": true },
  { "sopro.ollama": { url }, "sopro.openai": { url } },
  { sopro: { ollama: { url }, openai: { url }, privacy: { allowRemote: true } } },
  { "Sopro.Ollama.URL": url, "sopro.OLLAMA.url": url, "SOPRO.ollama.url": url },
  { "[python]": { "sopro.ollama.url": url, "sopro.openai.url": url } },
  { "sopro.ollama.URL": url, "sopro.openai": { URL: url }, "sopro.models.families": { evil: { names: ".*" } } },
];

/** The completions that were asked for. One token is no completion, but has a prompt read ahead. */
function completions(requests: Request[]): Request[] {
  return requests.filter(({ path, body }) => path === "/api/generate" && (JSON.parse(body) as { options: { num_predict: number } }).options.num_predict > 1);
}

export const settings: Scenario[] = [
  {
    name: "switched off and on while it runs",
    async play({ sim, window }) {
      await sim.fill({ when: "return $", text: "a + b" });
      await window.edit("off.py", python("█"));
      await window.set({ "sopro.enabled": false });
      await window.statusIs(/off/);
      await sim.forget();
      await window.type("return ");
      await window.press("Alt+\\");
      await window.settle();
      assert.equal(await window.ghost(), "");
      assert.deepEqual(completions(await sim.requests()), []);
      await window.set({ "sopro.enabled": undefined });
      await window.statusIs(/qwen2\.5-coder:1\.5b-base \|/);
      await window.press("Alt+\\");
      await window.ghostIs("a + b");
    },
  },
  {
    name: "a language switched off while it runs",
    async play({ sim, window }) {
      await sim.fill({ when: "return $", text: "a + b" });
      await window.edit("language.py", python("█"));
      await window.type("return ");
      await window.ghostIs("a + b");
      await window.set({ "sopro.completion.languages": { python: false } });
      await until("no ghost in python", async () => {
        await window.press("Escape", "Alt+\\");
        await window.settle();
        return (await window.ghost()) === "";
      }, 100);
      await window.edit("language.go", "package main\n\nfunc add(a, b int) int {\n\t█\n}\n");
      await window.type("return ");
      await window.ghostIs("a + b");
    },
  },
  {
    name: "the debounce and the number of tokens count at once",
    async play({ sim, window }) {
      await sim.fill({ when: "return $", text: "a + b" });
      await window.edit("debounce.py", python("█"));
      await window.set({ "sopro.completion.debounce": 5000, "sopro.completion.maxTokens": 17 });
      await until("the setting", () => window.driver.run((vscode) => vscode.workspace.getConfiguration("sopro").get("completion.debounce") === 5000));
      await window.settle();
      await sim.forget();
      await window.type("return ");
      await window.settle();
      assert.equal(await window.ghost(), "");
      assert.deepEqual(completions(await sim.requests()), []);
      await window.press("Alt+\\"); // who asks does not wait
      await window.ghostIs("a + b");
      const { body } = completions(await sim.requests())[0]!;
      assert.equal((JSON.parse(body) as { options: { num_predict: number } }).options.num_predict, 17);
    },
  },
  {
    name: "a repository cannot redirect Sopro",
    async play({ sim, window, note }) {
      let reached = 0;
      const trap = http.createServer((_, answer) => void answer.end(String(reached)));
      trap.on("connection", () => reached++);
      await new Promise<void>((resolve) => trap.listen(0, "127.0.0.1", resolve));
      const url = `http://127.0.0.1:${(trap.address() as AddressInfo).port}`;
      const forms = redirections(url);
      await sim.fill({ when: "return $", text: "a + b" });
      try {
        for (const [i, form] of forms.entries()) {
          await window.put(".vscode/settings.json", JSON.stringify({ ...form, "e2e.form": i }));
          await until("the workspace's settings", () =>
            window.driver.run((vscode, i) => vscode.workspace.getConfiguration("e2e").get("form") === i, i),
          );
          await window.settle();
          await window.edit(`redirect${i}.py`, python("█"));
          await window.type("return ");
          await window.ghostIs("a + b");
          assert.equal(await endpoint(window), sim.url, JSON.stringify(form));
        }
        await window.command("sopro.restart");
        await until("the server anew", async () => (await endpoint(window)) === sim.url);
        assert.equal(reached, 0, "somebody else was asked");
        note(`${forms.length} ways to write it`);
      } finally {
        trap.close();
        await window.put(".vscode/settings.json", undefined);
      }
      await window.warm("qwen2.5-coder:1.5b-base", sim);
    },
  },
  {
    name: "a person can redirect Sopro, which restarts",
    async play({ sim, window }) {
      const local = sim.url.replace("127.0.0.1", "localhost");
      await window.set({ "sopro.ollama.url": local });
      await until("the other address", async () => (await endpoint(window)) === local);
      await window.set({ "sopro.ollama.url": undefined });
      await until("the first address", async () => (await endpoint(window)) === sim.url);
      await window.warm("qwen2.5-coder:1.5b-base", sim);
    },
  },
];
