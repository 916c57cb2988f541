// Runs the scenarios in the real VS Code, and prints one line for each.
//
//   node run.ts [--pictures] [--keep] [NAME…]
//
// With names only the scenarios whose name, or whose group's name, has one of them in it. --pictures also writes the pictures of the
// extension's README; --keep leaves the folder of the run there. It needs .ci/vscode to have run, the packaged extension and
// the model servers (make vsix rig).

import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import type { Browser } from "playwright-core";
import { writePictures } from "./pictures.ts";
import { processesFrom } from "./processes.ts";
import { Sim } from "./rig.ts";
import { groups } from "./scenarios/all.ts";
import type { Group, Scenario } from "./story.ts";
import { Steps, until, within } from "./wait.ts";
import type { Window } from "./window.ts";
import { installExtensions, launch, root, tools, Workbench } from "./workbench.ts";

/** How long a scenario may take, in milliseconds: what waits for nothing that comes must not keep the run from its end. */
const longest = 180_000;

const shots = path.join(tools, "shots");
const { values: options, positionals: names } = parseArgs({
  allowPositionals: true,
  options: { pictures: { type: "boolean" }, keep: { type: "boolean" }, vsix: { type: "string", default: path.join(root, "bin/sopro-linux-x64.vsix") }, rig: { type: "string", default: path.join(root, ".tools/rig") } },
});

const count = { passed: 0, failed: 0 };

/** What is the same for all groups of a run. */
interface Run {
  folder: string;
  extensions: string;
  browser: Browser;
  sim: Sim;
  rig: string;
}

function report(name: string, began: number, notes: string[], error?: unknown): void {
  count[error === undefined ? "passed" : "failed"]++;
  const seconds = ((Date.now() - began) / 1000).toFixed(1);
  console.log(`${error === undefined ? "ok  " : "FAIL"} ${name} (${seconds} s)${notes.map((note) => `; ${note}`).join("")}`);
  if (error !== undefined) {
    console.log((error instanceof Error ? (error.stack ?? error.message) : String(error)).replace(/^/gm, "     "));
  }
}

const file = (name: string): string => path.join(shots, name.replace(/[^A-Za-z0-9]+/g, "-").toLowerCase() + ".png");

async function play(group: Group, scenario: Scenario, run: Run, workbench: Workbench, window: Window): Promise<void> {
  const began = Date.now();
  const name = `${group.name}: ${scenario.name}`;
  const notes: string[] = [];
  let pictured = false;
  const picture = async (as = name, editors?: number): Promise<void> => {
    pictured = true;
    await window.screenshot(file(as), editors);
  };
  try {
    await within(longest, "the scenario", scenario.play({ sim: run.sim, workbench, window, picture, note: (text) => notes.push(text) }));
    if (!pictured) {
      await picture();
    }
    report(name, began, notes);
  } catch (error) {
    report(name, began, notes, error);
    await window.screenshot(file(`failed ${name}`)).catch(() => {}); // the page may be what broke
    fs.writeFileSync(file(`failed ${name}`) + ".requests.json", JSON.stringify(await run.sim.requests(), null, 1));
  }
}

/** Plays the scenarios of one group that were asked for. */
async function playGroup(group: Group, scenarios: Scenario[], run: Run): Promise<void> {
  const began = Date.now();
  const steps = new Steps();
  let workbench: Workbench | undefined;
  try {
    await run.sim.reset();
    const own = await group.before?.(run.sim, run.rig);
    const folder = path.join(run.folder, group.name.replace(/\W+/g, "-"));
    group.workspace?.(path.join(folder, "ws"));
    workbench = await Workbench.start(folder, run.extensions, run.browser, { ollama: run.sim.url, ...group.options, ...own }, steps);
    const window = await workbench.open(steps, group.place?.(workbench.workspace));
    if (!group.cold) {
      await window.warm("qwen2.5-coder:1.5b-base", run.sim);
      steps.done("first ghost");
    }
    report(`${group.name}: the window opens`, began, [steps.toString()]);
    for (const scenario of scenarios) {
      await play(group, scenario, run, workbench, window);
      await run.sim.reset();
      await window.tidy();
    }
  } catch (error) {
    report(`${group.name}: the window opens`, began, [steps.toString()], error);
  }
  if (workbench) {
    await leave(group, workbench, run);
  }
}

/** Ends VS Code; nothing may stay behind, and no page may have asked anybody else. */
async function leave(group: Group, workbench: Workbench, run: Run): Promise<void> {
  const began = Date.now();
  try {
    await workbench.end();
    await until("the server's end", () => processesFrom(run.extensions).length === 0);
    if (workbench.elsewhere.length > 0) {
      throw new Error(`asked elsewhere: ${workbench.elsewhere.join(", ")}`);
    }
    if (workbench.sockets.offences.size > 0) {
      throw new Error(`sockets that nobody may have: ${[...workbench.sockets.offences].join("\n")}`);
    }
    await group.after?.(workbench, run.sim);
    report(`${group.name}: nothing is left behind`, began, []);
  } catch (error) {
    report(`${group.name}: nothing is left behind`, began, [], error);
  }
}

async function main(): Promise<void> {
  for (const file of [options.vsix, options.rig]) {
    if (!fs.existsSync(file)) {
      throw new Error(`there is no ${file}: make vsix rig`);
    }
  }
  const asked = (group: Group): Scenario[] =>
    group.pictures && !options.pictures ? [] : names.length === 0 ? group.scenarios : group.scenarios.filter((s) => names.some((name) => `${group.name}: ${s.name}`.includes(name)));
  const folder = fs.mkdtempSync(path.join(os.tmpdir(), "sopro-vscode-"));
  fs.mkdirSync(path.join(folder, "home"));
  fs.rmSync(shots, { recursive: true, force: true });
  const extensions = await installExtensions(folder, options.vsix);
  const run: Run = { folder, extensions, rig: options.rig, browser: await launch(folder), sim: await Sim.start(options.rig) };
  for (const group of groups) {
    const scenarios = asked(group);
    if (scenarios.length > 0) {
      await playGroup(group, scenarios, run);
    }
  }
  await run.browser.close();
  if (options.pictures) {
    writePictures(shots);
  }
  if (!options.keep) {
    fs.rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

try {
  await main();
} catch (error) {
  console.error(error);
  count.failed++;
}
console.log(`${count.passed} passed, ${count.failed} failed`);
process.exit(count.failed > 0 ? 1 : 0);
