import * as vscode from "vscode";

/** What a prompt shows of another place. */
interface Shown {
  readonly source: string;
  readonly path: string;
  /** The runs of lines that are shown, first and last of each, from 1. */
  readonly lines: readonly (readonly [number, number])[];
  readonly tokens: number;
  readonly why: string;
}

/** A request that was sent to a model server, as the server remembers it. */
export interface Traced {
  readonly id: number;
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly snippets: readonly Shown[];
  /** 0 while no answer has come. */
  readonly status: number;
  readonly ms: number;
}

/** Writes down the whole of what was sent, the newest first, as Markdown; JSON is indented for people. */
export function renderTrace(requests: readonly Traced[]): string {
  const head = `# ${vscode.l10n.t("What Sopro sent to the model server")}\n\n${vscode.l10n.t("The whole of the last requests, the newest first. It is kept in memory only.")}\n`;
  if (requests.length === 0) {
    return `${head}\n${vscode.l10n.t("Nothing was sent yet.")}\n`;
  }
  return [head, ...requests.toSorted((a, b) => b.id - a.id).map(render)].join("\n");
}

function render(request: Traced): string {
  const at = request.at.replace(/(\.\d{3})\d+/, "$1");
  const outcome = request.status === 0 ? vscode.l10n.t("no answer yet") : `${request.status}, ${Math.round(request.ms)} ms`;
  const lines = [`## ${request.id} · ${request.method} ${request.path} · ${outcome} · ${at}`, ""];
  for (const shown of request.snippets) {
    lines.push(vscode.l10n.t("- from {0} ({1}): {2} tokens, {3}", place(shown), shown.source, shown.tokens, shown.why));
  }
  if (request.snippets.length > 0) {
    lines.push("");
  }
  const prompt = promptOf(request.body);
  if (prompt !== undefined) {
    lines.push(vscode.l10n.t("The prompt in it:"), "", fenced("text", prompt), "");
  }
  if (request.body !== null) {
    lines.push(fenced("json", JSON.stringify(request.body, undefined, 2)), "");
  }
  return lines.join("\n");
}

/** Where a snippet is from: a.ts:3-7,12. */
function place({ path, lines }: Shown): string {
  const runs = lines.map(([first, last]) => (first === last ? `${first}` : `${first}-${last}`));
  return runs.length === 0 ? path : `${path}:${runs.join(",")}`;
}

function promptOf(body: unknown): string | undefined {
  const { prompt } = (body ?? {}) as { prompt?: unknown };
  return typeof prompt === "string" && prompt !== "" ? prompt : undefined;
}

/** A block of code whose fence is longer than any in the text. */
function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}`;
}
