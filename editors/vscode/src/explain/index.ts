import * as vscode from "vscode";
import { isServedOrTold } from "../served";
import type { Server, Stream } from "../server";
import { tell } from "../tell";
import { Conversation } from "./conversation";
import { Explained } from "./explained";
import { insert } from "./insert";
import { jump, select } from "./jump";
import { openLink } from "./link";
import type { Said } from "./messages";
import { Panel } from "./panel";
import { texts } from "./texts";

/** Explains code in a panel beside it. */
export function registerExplain(context: vscode.ExtensionContext, server: Server): vscode.Disposable {
  const explanations = new Explanations(context.extensionUri, server);
  return vscode.Disposable.from(
    explanations,
    vscode.commands.registerCommand("sopro.explainSelection", () => explanations.explain(vscode.window.activeTextEditor)),
    vscode.commands.registerCommand("sopro.askFollowUp", () => explanations.followUp()),
  );
}

/** The explanation that is shown. */
interface Shown {
  readonly panel: Panel;
  readonly explained: Explained;
  readonly conversation: Conversation;
}

class Explanations implements vscode.Disposable {
  private shown: Shown | undefined;

  constructor(
    private readonly extension: vscode.Uri,
    private readonly server: Server,
  ) {}

  /** Explains what is selected in an editor; where nothing is, the server takes the declaration around the cursor. */
  async explain(editor: vscode.TextEditor | undefined): Promise<void> {
    if (!editor) {
      void vscode.window.showInformationMessage(vscode.l10n.t("Open a file and select the code that you want explained."));
      return;
    }
    if (!isServedOrTold(editor.document)) {
      return;
    }
    const explained = new Explained(editor.document, editor.selection, editor.viewColumn);
    const panel = this.panelAgain() ?? this.newPanel();
    const conversation = new Conversation(this.asking(explained), (told) => {
      panel.tell(told);
    });
    this.shown = { panel, explained, conversation };
    void vscode.commands.executeCommand("setContext", "sopro.explanation", true);
    explained.onDidMove(() => {
      this.tellSubject();
    });
    panel.title = vscode.l10n.t("Explanation: {0}", explained.subject.title);
    this.tellAll();
    panel.show(false, editor.viewColumn);
    await conversation.ask("");
  }

  /** Puts the cursor into the box for a question; explains first where there is no explanation. */
  async followUp(): Promise<void> {
    if (!this.shown) {
      await this.explain(vscode.window.activeTextEditor);
      return;
    }
    this.shown.panel.show(true);
    this.shown.panel.tell({ type: "ask" });
  }

  dispose(): void {
    this.shown?.panel.dispose();
  }

  /** The panel that is there, rid of what it showed. */
  private panelAgain(): Panel | undefined {
    this.shown?.conversation.stop();
    this.shown?.explained.dispose();
    return this.shown?.panel;
  }

  private newPanel(): Panel {
    return new Panel(this.extension, {
      ready: () => {
        this.tellAll();
      },
      said: (said) => {
        this.heard(said).catch(tell);
      },
      closed: () => {
        this.panelAgain();
        this.shown = undefined;
        void vscode.commands.executeCommand("setContext", "sopro.explanation", undefined);
      },
    });
  }

  private asking(explained: Explained): ConstructorParameters<typeof Conversation>[0] {
    return async (question, history, stream, stop) => {
      const cancel = new vscode.CancellationTokenSource();
      stop.addEventListener("abort", () => {
        cancel.cancel();
      });
      const document = await explained.open();
      const { version } = document;
      const { start, end } = explained.range;
      const argument = { uri: explained.uri.toString(), range: { start, end }, question, history };
      const about: Stream = {
        ...stream,
        code: (range) => {
          if (document.version === version) {
            explained.range = range;
          }
        },
      };
      return this.server.run("sopro.explain", argument, about, cancel.token);
    };
  }

  private tellAll(): void {
    if (this.shown) {
      const { panel, explained, conversation } = this.shown;
      panel.tell({ type: "conversation", subject: explained.subject, language: answerLanguage(), texts: texts(), turns: conversation.turns });
    }
  }

  private tellSubject(): void {
    if (this.shown) {
      const { subject } = this.shown.explained;
      this.shown.panel.title = vscode.l10n.t("Explanation: {0}", subject.title);
      this.shown.panel.tell({ type: "subject", subject });
    }
  }

  private async heard(said: Said): Promise<void> {
    if (!this.shown) {
      return;
    }
    const { explained, conversation } = this.shown;
    switch (said.type) {
      case "ask":
        return conversation.ask(said.question);
      case "retry":
        return conversation.retry();
      case "stop":
        conversation.stop();
        return;
      case "copy":
        return vscode.env.clipboard.writeText(said.text);
      case "copyAll":
        return vscode.env.clipboard.writeText(conversation.markdown);
      case "open":
        return openLink(said.url);
      case "jump":
        return jump(explained, said.mention);
      case "leave":
        await explained.editor();
        return;
      case "subject":
        select(await explained.editor(), explained.range);
        return;
      case "insert":
        if (!(await insert(await explained.editor(), said.text, explained.range))) {
          void vscode.window.showWarningMessage(vscode.l10n.t("The editor did not take the code: the file may be read-only."));
        }
    }
  }
}

/** The language that answers are in, for those who read them aloud; "" where it is not known. */
function answerLanguage(): string {
  const set = vscode.workspace.getConfiguration("sopro").get<string>("explain.language", "auto");
  const language = set === "auto" ? vscode.env.language : set;
  return /^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/.test(language) ? language : "";
}
