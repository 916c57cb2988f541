// One window of VS Code, used as a person does: the keyboard writes, the eyes read what stands in the page, and what counts in the end
// is the file on the disk.

import fs from "node:fs";
import path from "node:path";
import type { Page } from "playwright-core";
import type { Driver } from "./driver.ts";
import type { Sim } from "./rig.ts";
import { until } from "./wait.ts";

/** Stands for a cursor in a text. */
const mark = "█";

export class Window {
  readonly page: Page;
  readonly driver: Driver;
  readonly workspace: string;
  private readonly made = new Set<string>();

  constructor(page: Page, driver: Driver, workspace: string) {
    this.page = page;
    this.driver = driver;
    this.workspace = workspace;
  }

  /** Where a file of the workspace lies. */
  path(name: string): string {
    return path.join(this.workspace, name);
  }

  /** What a file has on the disk. */
  disk(name: string): string {
    return fs.readFileSync(this.path(name), "utf8");
  }

  /** Writes a file of the workspace, not through the editor. */
  write(name: string, text: string): void {
    fs.mkdirSync(path.dirname(this.path(name)), { recursive: true });
    fs.writeFileSync(this.path(name), text);
  }

  /** Opens a file that has this text, with a cursor at each █. */
  async edit(name: string, marked: string): Promise<void> {
    const parts = marked.split(mark);
    this.write(name, parts.join(""));
    const offsets = parts.slice(0, -1).map((_, i) => parts.slice(0, i + 1).join("").length);
    await this.open(name, offsets.map((offset) => [offset, offset]));
  }

  /** Shows a file with these selections, each from where to where in UTF-16 units, and waits until it has the keyboard. */
  async open(name: string, selections: number[][] = [[0, 0]]): Promise<void> {
    await this.driver.run(
      async (vscode, file, selections) => {
        await vscode.commands.executeCommand("workbench.action.closeAllEditors");
        const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
        const editor = await vscode.window.showTextDocument(document, { preview: false });
        editor.selections = selections.map(
          ([from, to]) => new vscode.Selection(document.positionAt(from!), document.positionAt(to!)),
        );
        await vscode.commands.executeCommand("setContext", "e2e", true); // what was said before it has happened
      },
      this.path(name),
      selections,
    );
    await this.focused();
  }

  /**
   * Waits until this model is loaded, and what it says is seen. After a start VS Code learns of a provider of completions a moment after
   * the extension told it, and does not ask for what was typed before. A simulated model is told what to say for it.
   */
  async warm(model: string, sim?: Sim): Promise<void> {
    await sim?.fill({ when: "var warm = $", text: "true" });
    await this.edit("warm.go", "package warm\n\nvar warm = █\n");
    await until(`a server that completes with ${model}`, () =>
      this.driver.run(async (vscode, model) => {
        const { uri } = vscode.window.activeTextEditor!.document;
        await vscode.commands.executeCommand("sopro.warm", { uri: uri.toString(), position: { line: 2, character: 11 } });
        const { models } = await vscode.commands.executeCommand<{ models: { name: string; loaded?: object }[] }>("sopro.models.list", {});
        return models.some((m) => m.name === model && m.loaded !== undefined);
      }, model),
    );
    await until("a first ghost", async () => {
      await this.command("editor.action.inlineSuggest.trigger");
      return this.ghost();
    }, 100);
    await sim?.reset();
    await this.clear();
  }

  /** Waits until the keyboard writes into an editor. */
  async focused(): Promise<void> {
    await this.page.locator(".monaco-editor.focused").first().waitFor();
  }

  /**
   * Waits until the keyboard writes into this file, and extensions know. VS Code makes the part of a new editor that completes when it is
   * idle, or when that part is first used; what is typed before is not asked about.
   */
  async editing(name: string): Promise<void> {
    await this.focused();
    await until(`${name} being edited`, () =>
      this.driver.run((vscode, file) => vscode.window.activeTextEditor?.document.uri.path === file, this.path(name)),
    );
    await this.command("editor.action.inlineSuggest.trigger");
  }

  /** Types, key by key. */
  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text);
  }

  /** Presses keys, one after the other: "Control+ArrowRight". */
  async press(...keys: string[]): Promise<void> {
    for (const key of keys) {
      await this.page.keyboard.press(key);
    }
  }

  /** The ghost text on the screen, with its later lines; "" when there is none. */
  async ghost(): Promise<string> {
    return this.page.evaluate(readGhost);
  }

  /** Waits for this ghost text, and for no other to have come instead. */
  async ghostIs(text: string): Promise<void> {
    let last = "";
    await until(`the ghost ${JSON.stringify(text)}`, async () => {
      last = await this.ghost();
      if (last !== text) {
        throw new Error(JSON.stringify(last));
      }
      return true;
    });
  }

  /** Notes the ghost at each change of the page that could touch it; what it returns ends that, and tells them in order. */
  async watchGhost(): Promise<() => Promise<string[]>> {
    const watch = await this.page.evaluateHandle((source) => {
      const read = (0, eval)(`(${source})`) as () => string;
      const seen: string[] = [];
      // What stands when a frame is about to be drawn is what is seen; a change within a frame is not.
      let running = true;
      const look = () => {
        const ghost = read();
        if (seen.at(-1) !== ghost) {
          seen.push(ghost);
        }
        if (running) {
          requestAnimationFrame(look);
        }
      };
      requestAnimationFrame(look);
      const stop = async () => {
        await new Promise(requestAnimationFrame); // what stands now has been drawn
        running = false;
        return seen;
      };
      return { stop };
    }, readGhost.toString());
    return () => watch.evaluate((w) => w.stop());
  }

  /** Presses a key; returns when its event came to the page and when a ghost stood there, in milliseconds since 1970. */
  async keyToGhost(key: string): Promise<{ key: number; ghost: number }> {
    const measured = await this.page.evaluateHandle((source) => {
      const read = (0, eval)(`(${source})`) as () => string;
      const now = (): number => performance.timeOrigin + performance.now();
      const ghost = new Promise<{ key: number; ghost: number }>((resolve) => {
        addEventListener(
          "keydown",
          () => {
            const key = now();
            const observer = new MutationObserver(() => {
              if (read() !== "") {
                observer.disconnect();
                resolve({ key, ghost: now() });
              }
            });
            observer.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
          },
          { capture: true, once: true },
        );
      });
      return { ghost };
    }, readGhost.toString());
    await this.page.keyboard.press(key === " " ? "Space" : key);
    return measured.evaluate((m) => m.ghost);
  }

  /** Saves with Ctrl+S, and waits until the disk has this text. */
  async saved(name: string, text: string): Promise<void> {
    await this.press("Control+s");
    await until(`${name} with the text ${JSON.stringify(text)}`, () => {
      const is = this.disk(name);
      if (is !== text) {
        throw new Error(JSON.stringify(is));
      }
      return true;
    });
  }

  /** Makes settings as the person who sits here; undefined takes one back. `tidy` takes all back. */
  async set(settings: Record<string, unknown>): Promise<void> {
    await this.driver.run(async (vscode, settings) => {
      for (const [key, value] of settings) {
        await vscode.workspace.getConfiguration().update(key, value ?? undefined, vscode.ConfigurationTarget.Global);
      }
    }, Object.entries(settings));
    for (const key of Object.keys(settings)) {
      this.made.add(key);
    }
  }

  /** Writes a file as an editor's window does, which so knows of it at once; undefined removes it, where it is. */
  async put(name: string, text: string | undefined): Promise<void> {
    await this.driver.run(
      async (vscode, file, text) => {
        const uri = vscode.Uri.file(file);
        if (text !== null) {
          await vscode.workspace.fs.writeFile(uri, new TextEncoder().encode(text));
        } else {
          await vscode.workspace.fs.stat(uri).then(() => vscode.workspace.fs.delete(uri), () => undefined);
        }
      },
      this.path(name),
      text ?? null,
    );
  }

  /** Waits until the document that is edited has this text. */
  async textIs(text: string): Promise<void> {
    await until(`the text ${JSON.stringify(text)}`, async () => {
      const is = await this.driver.run((vscode) => vscode.window.activeTextEditor?.document.getText());
      if (is !== text) {
        throw new Error(JSON.stringify(is));
      }
      return true;
    });
  }

  /** Selects in the editor that is active, from where to where in UTF-16 units. */
  async select(from: number, to: number): Promise<void> {
    await this.driver.run(
      async (vscode, from, to) => {
        const editor = vscode.window.activeTextEditor!;
        editor.selection = new vscode.Selection(editor.document.positionAt(from), editor.document.positionAt(to));
        await vscode.commands.executeCommand("setContext", "e2e", true);
      },
      from,
      to,
    );
  }

  /**
   * Waits until what the window was to do has come to the server, and its answer back. For what must not happen: what could show it has
   * had its chance.
   */
  async settle(): Promise<void> {
    for (let i = 0; i < 2; i++) {
      await this.driver.run(async (vscode) => {
        await vscode.commands.executeCommand("setContext", "e2e", true);
        await vscode.commands.executeCommand("sopro.status", {});
        await vscode.commands.executeCommand("setContext", "e2e", true);
      });
      await this.page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    }
  }

  /** What Sopro's item in the status bar says, for the eyes and for those who listen. */
  async status(): Promise<string> {
    const item = this.page.locator('.statusbar-item[id="sopro.sopro.sopro.status"]');
    return `${await item.innerText()} | ${(await item.locator("a").getAttribute("aria-label")) ?? ""}`;
  }

  async statusIs(pattern: RegExp): Promise<void> {
    await until(`a status bar that says ${pattern}`, async () => {
      const says = await this.status();
      if (!pattern.test(says)) {
        throw new Error(says);
      }
      return true;
    });
  }

  /** The messages that were shown and not taken away since. */
  async messages(): Promise<string[]> {
    await this.command("notifications.showList");
    const all = await this.page.locator(".notifications-center .notification-list-item-message").allInnerTexts();
    await this.command("notifications.hideList");
    return all;
  }

  /** Presses a button of the message that says this. */
  async answerMessage(says: RegExp, button: string): Promise<void> {
    const message = this.page.locator(".notifications-toasts .notification-list-item", { hasText: says });
    await message.getByRole("button", { name: button, exact: true }).click();
  }

  /** Runs a command by its id, as a key that is bound to it does. */
  async command(id: string, ...args: unknown[]): Promise<void> {
    await this.driver.run(
      async (vscode, id, args) => {
        await vscode.commands.executeCommand(id, ...args);
      },
      id,
      args,
    );
  }

  /** Begins a command that ends when somebody has answered it, or the window is gone. */
  begin(id: string): void {
    this.command(id).catch(() => {});
  }

  /** Takes settings back, and all else away. */
  async tidy(): Promise<void> {
    await this.set(Object.fromEntries([...this.made].map((key) => [key, undefined])));
    this.made.clear();
    await this.clear();
  }

  /** Closes what is open without saving it, and takes messages away. */
  private async clear(): Promise<void> {
    await this.page.keyboard.press("Escape");
    await this.driver.run(async (vscode) => {
      while (vscode.window.tabGroups.all.some((group) => group.tabs.length > 0)) {
        const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
        const dirty = tabs.find((tab) => tab.isDirty);
        if (dirty?.input instanceof vscode.TabInputText) {
          await vscode.window.showTextDocument(dirty.input.uri);
          await vscode.commands.executeCommand("workbench.action.revertAndCloseActiveEditor");
        } else {
          await vscode.commands.executeCommand("workbench.action.closeActiveEditor");
        }
      }
      await vscode.commands.executeCommand("workbench.action.closePanel");
      await vscode.commands.executeCommand("notifications.clearAll");
    });
  }

  /** Changes the colours, and waits until they are there. */
  async theme(name: string): Promise<void> {
    await this.set({ "workbench.colorTheme": name });
    const kind = name.includes("Contrast") ? (name.includes("Light") ? "hc-light" : "hc-black") : name.includes("Dark") ? "vs-dark" : "vs";
    await this.page.locator(`.monaco-workbench.${kind}`).waitFor();
  }

  /** Keeps a picture of the window, or of the topmost pixels of its editors. */
  async screenshot(file: string, editors?: number): Promise<void> {
    fs.mkdirSync(path.dirname(file), { recursive: true });
    const part = await this.page.locator(".part.editor").boundingBox();
    const clip = editors !== undefined && part ? { clip: { ...part, height: Math.min(part.height, editors) } } : {};
    await this.page.screenshot({ path: file, ...clip });
  }
}

/** Reads the ghost text of the page: its pieces by where they stand, a line under the other. Runs in the page. */
function readGhost(): string {
  const lines = new Map<number, { left: number; text: string }[]>();
  for (const piece of document.querySelectorAll(".ghost-text-decoration, .ghost-text-decoration-preview, .ghost-text")) {
    const { top, left } = piece.getBoundingClientRect();
    const line = lines.get(Math.round(top)) ?? [];
    line.push({ left, text: (piece.textContent ?? "").replaceAll("\u00a0", " ") });
    lines.set(Math.round(top), line);
  }
  const read = (line: { left: number; text: string }[]) => line.sort((a, b) => a.left - b.left).map((p) => p.text).join("");
  return [...lines].sort(([a], [b]) => a - b).map(([, line]) => read(line)).join("\n");
}
