import * as vscode from "vscode";
import type { Middleware } from "vscode-languageclient/node";
import { manual, switchedOff } from "./settings";

/** What the middleware is given from outside. */
export interface Hooks {
  /** The settings that somebody made. */
  made(): Record<string, unknown>;
  /** A completion of ours was taken. */
  accepted(): void;
}

/** The server's commands for editors without a client of their own, and the commands of this extension that stand in for them. */
const replaced: Record<string, { command: string; title: () => string }> = {
  "sopro.explain": { command: "sopro.explainSelection", title: () => vscode.l10n.t("Sopro: explain") },
  "sopro.generate": { command: "sopro.generateFromComment", title: () => vscode.l10n.t("Sopro: generate code from this comment") },
};

/** What stands between VS Code and the server. */
export function middleware(hooks: Hooks): Middleware {
  return {
    workspace: {
      configuration: (params) => params.items.map((item) => (item.section === "sopro" ? hooks.made() : null)),
      // That something changed is enough: the server asks for what somebody made. The client would send every default with it.
      didChangeConfiguration: (_sections, next) => next(undefined),
    },
    provideInlineCompletionItems: (document, position, context, token, next) => {
      const made = hooks.made();
      const unasked = context.triggerKind === vscode.InlineCompletionTriggerKind.Automatic;
      if (switchedOff(made, document.languageId) || (unasked && manual(made))) {
        return undefined;
      }
      return next(document, position, context, token);
    },
    provideCodeActions: async (document, range, context, token, next) => (await next(document, range, context, token))?.map(ours),
    executeCommand: (command, args, next): unknown => {
      if (command === "sopro.accepted") {
        hooks.accepted();
      }
      return next(command, args);
    },
  };
}

/** Has a code action run the command of this extension, which shows what comes. */
function ours(action: vscode.Command | vscode.CodeAction): vscode.Command | vscode.CodeAction {
  if (!(action instanceof vscode.CodeAction)) {
    return action;
  }
  const stand = replaced[action.command?.command ?? ""];
  if (stand) {
    action.title = stand.title();
    action.command = { command: stand.command, title: action.title };
  }
  return action;
}
