import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { type Said, type Told, understood } from "./messages";

/** The panel beside the code. There is one, used again for each explanation, until somebody closes it. */
export class Panel implements vscode.Disposable {
  private readonly panel: vscode.WebviewPanel;
  private ready = false;

  constructor(
    extension: vscode.Uri,
    private readonly hooks: { readonly ready: () => void; readonly said: (said: Said) => void; readonly closed: () => void },
  ) {
    const home = vscode.Uri.joinPath(extension, "dist", "webview");
    this.panel = vscode.window.createWebviewPanel(
      "sopro.explanation",
      vscode.l10n.t("Explanation"),
      { viewColumn: vscode.ViewColumn.Beside, preserveFocus: true },
      { enableScripts: true, retainContextWhenHidden: true, localResourceRoots: [home] },
    );
    this.panel.webview.onDidReceiveMessage((message: unknown) => {
      const said = understood(message);
      if (said?.type === "ready") {
        this.ready = true;
        this.hooks.ready();
      } else if (said) {
        this.hooks.said(said);
      }
    });
    this.panel.onDidDispose(this.hooks.closed);
    this.panel.webview.html = page(this.panel.webview, home);
  }

  /** Tells the page something; before it is there, nothing is lost: it is told everything then. */
  tell(told: Told): void {
    if (this.ready) {
      void this.panel.webview.postMessage(told);
    }
  }

  set title(title: string) {
    this.panel.title = title;
  }

  /** Brings it to the front, where it is; beside the code where that is the code's own group, which it would cover. */
  show(focus: boolean, code?: vscode.ViewColumn): void {
    this.panel.reveal(code !== undefined && this.panel.viewColumn === code ? vscode.ViewColumn.Beside : undefined, !focus);
  }

  dispose(): void {
    this.panel.dispose();
  }
}

/** The page may run our script and wear our style. It can reach nothing, load nothing, and make no text into HTML. */
function page(webview: vscode.Webview, home: vscode.Uri): string {
  const nonce = randomBytes(16).toString("base64");
  const script = webview.asWebviewUri(vscode.Uri.joinPath(home, "explain.js")).toString();
  const style = webview.asWebviewUri(vscode.Uri.joinPath(home, "explain.css")).toString();
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
  <meta charset="utf-8">
  <meta http-equiv="Content-Security-Policy" content="${policy}">
  <meta name="viewport" content="width=device-width">
  <link rel="stylesheet" href="${style}">
  <title>Sopro</title>
</head>
<body>
  <script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}
