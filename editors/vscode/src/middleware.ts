import * as vscode from "vscode";
import type { Middleware } from "vscode-languageclient/node";
import { shownAction } from "./action";
import { manual, switchedOff } from "./settings";

/** What the middleware is given from outside. */
export interface Hooks {
  /** The settings that somebody made. */
  made(): Record<string, unknown>;
  /** Whether nothing is to be completed at a place for now, since generated code is proposed there. */
  isProposing(document: vscode.TextDocument, position: vscode.Position): boolean;
  /** A completion of ours was taken. */
  accepted(): void;
}

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
      if (hooks.isProposing(document, position) || switchedOff(made, document.languageId) || (unasked && manual(made))) {
        return undefined;
      }
      return next(document, position, context, token);
    },
    provideCodeActions: async (document, range, context, token, next) => (await next(document, range, context, token))?.map((action) => shownAction(action, context.only)),
    executeCommand: (command, args, next): unknown => {
      if (command === "sopro.accepted") {
        hooks.accepted();
      }
      return next(command, args);
    },
  };
}
