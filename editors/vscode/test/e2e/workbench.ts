// The real VS Code: code-server with the packaged extension, in a home of its own, and a browser for its windows.

import fs from "node:fs";
import path from "node:path";
import { chromium, type Browser, type BrowserContext } from "playwright-core";
import { Driver } from "./driver.ts";
import { family, processesFrom, Program } from "./processes.ts";
import { SocketWatch } from "./sockets.ts";
import { patience, type Steps } from "./wait.ts";
import { Window } from "./window.ts";

export const suite = import.meta.dirname;
export const root = path.resolve(suite, "../../../..");
export const tools = path.join(root, ".tools/vscode");

/** What every test's VS Code is set to: quiet, no suggestions of its own, nothing that asks the network. */
const quiet = {
  "chat.disableAIFeatures": true,
  "editor.quickSuggestions": { other: "off", comments: "off", strings: "off" },
  "editor.suggestOnTriggerCharacters": false,
  "editor.parameterHints.enabled": false,
  "editor.minimap.enabled": false,
  "editor.wordBasedSuggestions": "off",
  "editor.cursorBlinking": "solid",
  "extensions.autoCheckUpdates": false,
  "extensions.autoUpdate": false,
  "extensions.ignoreRecommendations": true,
  "files.simpleDialog.enable": true,
  "files.hotExit": "off",
  "git.enabled": false,
  "json.schemaDownload.enable": false,
  "npm.fetchOnlinePackageInfo": false,
  "security.workspace.trust.enabled": false,
  "telemetry.telemetryLevel": "off",
  "typescript.disableAutomaticTypeAcquisition": true,
  "update.mode": "none",
  "window.restoreWindows": "none",
  "workbench.enableExperiments": false,
  "workbench.secondarySideBar.defaultVisibility": "hidden",
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
};

export interface WorkbenchOptions {
  /** What SOPRO_OLLAMA_URL says. */
  ollama: string;
  locale?: string;
  settings?: Record<string, unknown>;
  /** The size of the window, in pixels of CSS, and how many pixels of a picture each has. */
  viewport?: { width: number; height: number; scale: number };
}

export class Workbench {
  /** The folder of everything here; its `ws` is the workspace, `home` the home of whoever sits here. */
  readonly folder: string;
  readonly workspace: string;
  readonly extensions: string;
  readonly driver: Driver;
  /** What pages asked for that is not on this machine. */
  readonly elsewhere: string[] = [];
  /** What VS Code's own processes and the server have open to a network. */
  readonly sockets: SocketWatch;
  private readonly program: Program;
  private context: BrowserContext | undefined;
  private url = "";

  private constructor(folder: string, extensions: string, options: WorkbenchOptions) {
    this.folder = folder;
    this.workspace = path.join(folder, "ws");
    this.extensions = extensions;
    for (const sub of ["ws", "home", "data/User", "data/Machine"]) {
      fs.mkdirSync(path.join(folder, sub), { recursive: true });
    }
    this.writeSettings(options.settings ?? {});
    fs.writeFileSync(path.join(folder, "config.yaml"), "");
    this.driver = new Driver(path.join(folder, "driver"));
    this.program = new Program(
      path.join(tools, "bin/code-server"),
      [
        ...["--auth", "none", "--bind-addr", "127.0.0.1:0", "--config", path.join(folder, "config.yaml")],
        ...["--user-data-dir", path.join(folder, "data"), "--extensions-dir", extensions],
        ...["--disable-telemetry", "--disable-update-check", "--disable-getting-started-override", "--ignore-last-opened"],
        ...(options.locale ? ["--locale", options.locale] : []),
      ],
      { cwd: folder, env: environment(folder, { SOPRO_OLLAMA_URL: options.ollama, E2E_DRIVER: path.join(folder, "driver") }) },
    );
    this.sockets = new SocketWatch(
      () => family(this.program.child.pid!),
      () => processesFrom(extensions),
    );
  }

  static async start(folder: string, extensions: string, browser: Browser, options: WorkbenchOptions, steps: Steps): Promise<Workbench> {
    const workbench = new Workbench(folder, extensions, options);
    workbench.url = (await workbench.program.says(/HTTP server listening on (http:\S+?)\/?$/))[1]!;
    steps.done("code-server");
    const { scale: deviceScaleFactor, ...viewport } = options.viewport ?? { width: 1280, height: 800, scale: 1 };
    workbench.context = await browser.newContext({ viewport, deviceScaleFactor, locale: options.locale ?? "en-US" });
    workbench.context.setDefaultTimeout(patience);
    if (options.locale) {
      // What a language pack of VS Code does. Its own words stay English; extensions are told the language.
      await workbench.context.addInitScript((locale) => Object.assign(globalThis, { _VSCODE_NLS_LANGUAGE: locale }), options.locale);
    }
    await workbench.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    return workbench;
  }

  /** Replaces the user's settings, as a person who edits settings.json does. */
  writeSettings(settings: Record<string, unknown>): void {
    fs.writeFileSync(path.join(this.folder, "data/User/settings.json"), JSON.stringify({ ...quiet, ...settings }, null, 2));
  }

  /** Opens a window and waits until extensions run in it. `place` is what it shows, as the address has it; left out the workspace's folder. */
  async open(steps: Steps, place = `folder=${encodeURIComponent(this.workspace)}`): Promise<Window> {
    const page = await this.context!.newPage();
    // A webview's own files have an address on the web, which a service worker answers from the extension's folder.
    page.on("response", (response) => {
      const url = new URL(response.url());
      if (/^(https?|wss?):$/.test(url.protocol) && url.hostname !== "127.0.0.1" && !response.fromServiceWorker()) {
        this.elsewhere.push(response.url());
      }
    });
    page.on("requestfailed", (request) => {
      if (!request.url().startsWith(this.url)) {
        this.elsewhere.push(`${request.url()} (${request.failure()?.errorText})`);
      }
    });
    await this.started(async () => {
      await page.goto(`${this.url}/?${place}`, { waitUntil: "commit" });
      steps.done("page");
      await page.locator(".monaco-workbench .statusbar").waitFor();
      steps.done("workbench");
    });
    steps.done("extension host");
    return new Window(page, this.driver, this.workspace);
  }

  /** Loads a window anew, as after a restart of VS Code. */
  async reload(window: Window): Promise<void> {
    await this.started(async () => {
      await window.page.reload({ waitUntil: "commit" });
    });
  }

  /** Does what has an extension host start, and waits for that. */
  private async started(begin: () => Promise<void>): Promise<void> {
    const connection = this.driver.connection();
    connection.catch(() => {}); // said by whoever waits for it, if the page is there at all
    await begin();
    await connection;
  }

  /** Closes the windows, then ends the server. */
  async end(): Promise<void> {
    this.sockets.look();
    this.sockets.end();
    await this.context?.close();
    await this.program.end();
    this.driver.close();
  }
}

/** The environment of a person who has just this folder: nothing of the one who runs the tests but the PATH. */
export function environment(folder: string, more: Record<string, string> = {}): NodeJS.ProcessEnv {
  const home = path.join(folder, "home");
  return {
    PATH: process.env.PATH,
    LANG: "C.UTF-8",
    HOME: home,
    XDG_CONFIG_HOME: path.join(home, "config"),
    XDG_STATE_HOME: path.join(home, "state"),
    XDG_CACHE_HOME: path.join(home, "cache"),
    XDG_DATA_HOME: path.join(home, "data"),
    EXTENSIONS_GALLERY: "{}", // no marketplace: VS Code would ask it at every start
    ...more,
  };
}

/** A browser without a screen that asks nobody for anything. */
export function launch(folder: string): Promise<Browser> {
  return chromium.launch({
    executablePath: path.join(tools, "bin/chromium"),
    env: environment(folder) as Record<string, string>,
    args: [
      ...["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync", "--force-prefers-reduced-motion"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-default-apps", "--disable-extensions"],
    ],
  });
}

/** Installs the packaged extension, and the driver beside it, into a folder for extensions. */
export async function installExtensions(folder: string, vsix: string): Promise<string> {
  const extensions = path.join(folder, "extensions");
  fs.mkdirSync(path.join(folder, "home"), { recursive: true });
  const install = new Program(
    path.join(tools, "bin/code-server"),
    ["--install-extension", vsix, "--extensions-dir", extensions, "--user-data-dir", path.join(folder, "install")],
    { env: environment(folder) },
  );
  if ((await install.ended()) !== 0) {
    throw new Error(`the package could not be installed:\n${install.lines.join("\n")}`);
  }
  fs.cpSync(path.join(suite, "driver"), path.join(extensions, "driver"), { recursive: true });
  const list = path.join(extensions, "extensions.json");
  const known = JSON.parse(fs.readFileSync(list, "utf8")) as unknown[];
  known.push({
    identifier: { id: "sopro-tests.e2e-driver" },
    version: "1.0.0",
    location: { $mid: 1, path: path.join(extensions, "driver"), scheme: "file" },
    relativeLocation: "driver",
  });
  fs.writeFileSync(list, JSON.stringify(known));
  return extensions;
}
