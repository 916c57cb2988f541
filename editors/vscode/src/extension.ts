import { homedir } from "node:os";
import * as vscode from "vscode";
import { Connection, spawnServer } from "./client";
import { runDoctor } from "./doctor";
import { Documents } from "./documents";
import { registerExplain } from "./explain";
import { HealthWatch } from "./health";
import { locateServer } from "./locate";
import { showMenu } from "./menu";
import { middleware } from "./middleware";
import { type Advice, chooseModel, pullModel, removeModel } from "./models";
import { runProgram } from "./program";
import { registerProposal } from "./proposal";
import { isServed } from "./served";
import { SetUp } from "./setUp";
import { allFlags, declared, explicit, flags, type Inspect, switchedOff } from "./settings";
import { statusBar } from "./statusBar";
import { Supervisor } from "./supervisor";
import { Switches } from "./switches";
import { type Severity, tellEnded, tellNoticed, tellUnstartable, telling } from "./tell";
import { type Traced, renderTrace } from "./trace";
import { trigger } from "./trigger";

let supervisor: Supervisor | undefined;

/** Puts up what is to be seen, and starts the server as soon as there is a document for it. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel("Sopro", { log: true });
  const all = declared(context.extension.packageJSON);
  const inspect: Inspect = (key) => vscode.workspace.getConfiguration("sopro").inspect(key);
  const made = (): Record<string, unknown> => explicit(all, inspect, vscode.workspace.isTrusted);

  const server = (supervisor = new Supervisor({
    launch: async (onStatus) => {
      const program = locateServer(context.extensionPath);
      log.info(`starting ${program}`);
      const process = await spawnServer(program, flags(all, inspect));
      return new Connection(process, { log, middleware: between, settings: made, completes, noticed }, onStatus);
    },
    now: () => performance.now(),
    later: (wait, run) => {
      const timer = setTimeout(run, wait);
      return () => {
        clearTimeout(timer);
      };
    },
    tellEnded: () => void tellEnded(),
    tellUnstartable: (why) => void tellUnstartable(why),
  }));
  const watch = new HealthWatch(server);
  const switches = new Switches(server);
  const documents = new Documents();
  const setUp = new SetUp(server, watch, context.globalState);
  const proposing = registerProposal(server);
  const between = middleware({
    made,
    isProposing: (document, position) => proposing.has(document, position),
    accepted: () => {
      setUp.accepted();
    },
  });
  const completes = ({ languageId }: vscode.TextDocument): boolean => server.state.kind !== "disabled" && !switchedOff(made(), languageId);
  const noticed = (severity: Severity, words: string): void => {
    void setUp.says(words).then((said) => (said ? undefined : tellNoticed(severity, words)));
  };
  const advice = async (): Promise<Advice[]> => {
    const { output } = await runProgram(locateServer(context.extensionPath), ["models", "list", "--json", ...allFlags(all, inspect, vscode.workspace.isTrusted)], homedir());
    return (JSON.parse(output) as { recommended?: Advice[] }).recommended ?? [];
  };
  context.subscriptions.push(registerExplain(context, server), proposing);
  context.subscriptions.push(log, watch, switches, documents, setUp, statusBar(server, watch, switches), followSettings(server, () => flags(all, inspect)));

  const commands: Record<string, () => unknown> = {
    "sopro.trigger": trigger,
    "sopro.menu": () => showMenu(server, watch, switches),
    "sopro.switch": () => switches.everywhere(),
    "sopro.switchWorkspace": () => switches.workspace(),
    "sopro.switchLanguage": () => {
      const language = vscode.window.activeTextEditor?.document.languageId;
      return language === undefined ? undefined : switches.language(language);
    },
    "sopro.chooseModel": () => chooseModel(server),
    "sopro.pullModel": () => pullModel(server, advice),
    "sopro.removeModel": () => removeModel(server),
    "sopro.showTrace": async () => {
      const { requests } = await server.run<{ requests: Traced[] }>("sopro.trace", {});
      await documents.show("trace.md", renderTrace(requests));
    },
    "sopro.runDoctor": () => runDoctor(locateServer(context.extensionPath), allFlags(all, inspect, vscode.workspace.isTrusted), documents),
    "sopro.showLog": () => {
      log.show();
    },
    "sopro.restart": () => {
      server.restart();
    },
    "sopro.setUp": () => setUp.open(),
  };
  for (const [name, run] of Object.entries(commands)) {
    context.subscriptions.push(vscode.commands.registerCommand(name, telling(run)));
  }
  startWhenNeeded(context, server);
}

/** Ends the server, and waits until its process is gone. */
export async function deactivate(): Promise<void> {
  await supervisor?.stop();
}

/** Starts the server for the first document that it serves. */
function startWhenNeeded(context: vscode.ExtensionContext, server: Supervisor): void {
  if (vscode.workspace.textDocuments.some(isServed)) {
    server.startQuietly();
    return;
  }
  const first = vscode.workspace.onDidOpenTextDocument((document) => {
    if (isServed(document)) {
      first.dispose();
      server.startQuietly();
    }
  });
  context.subscriptions.push(first);
}

/** What stands on the server's command line, and where the server is, counts from its next start: it is restarted. */
function followSettings(server: Supervisor, current: () => string[]): vscode.Disposable {
  const key = (): string => JSON.stringify(current());
  let known = key();
  return vscode.Disposable.from(
    vscode.workspace.onDidChangeConfiguration((event) => {
      const now = key();
      const moved = now !== known || event.affectsConfiguration("sopro.server");
      known = now;
      if (moved && server.wanted) {
        server.restart();
      }
    }),
    vscode.workspace.onDidGrantWorkspaceTrust(() => {
      if (server.wanted) {
        server.restart(); // now the workspace's settings count
      }
    }),
  );
}
