import * as vscode from "vscode";
import { decimal } from "./figures";
import type { Health } from "./health";
import type { Kind, Last, Status } from "./server";

/** What the status bar shows of the server. */
export interface Face {
  /** Codicon and words. */
  readonly text: string;
  /** The state in words, for the tooltip and for those who listen. */
  readonly state: string;
  /** Whether it should stand out. */
  readonly alarming: boolean;
}

/** What says whether completions come: that they are off in the language at hand goes before. */
const judgedByLanguage = new Set<Kind>(["ok", "builtin", "error", "warning"]);

const widest = 28; // characters of a model's name in the status bar

/** Makes the face of a state. `off` says that completions are off in the language at hand. */
export function face(status: Status, health: Health | undefined, off: boolean): Face {
  const model = shortName(status.model);
  const calm = (icon: string, text: string, state: string): Face => ({ text: `$(${icon}) ${text}`, state, alarming: false });
  if (off && judgedByLanguage.has(status.kind)) {
    return calm("circle-slash", model, vscode.l10n.t("Completions are off in this language"));
  }
  switch (status.kind) {
    case "idle":
      return calm("circle-outline", "Sopro", vscode.l10n.t("The server starts with the first file"));
    case "starting":
      return calm("loading~spin", "Sopro", vscode.l10n.t("The server starts"));
    case "stopped":
      return calm("debug-disconnect", "Sopro", vscode.l10n.t("The server has ended"));
    case "missing":
      return { ...calm("error", vscode.l10n.t("Sopro: no server"), vscode.l10n.t("There is no server")), alarming: true };
    case "disabled":
      return calm("circle-slash", vscode.l10n.t("Sopro: off"), vscode.l10n.t("Completions are off"));
    case "loading":
      return calm("loading~spin", model, vscode.l10n.t("The model is getting ready"));
    case "busy":
      return calm("sync~spin", model, vscode.l10n.t("Thinking"));
    case "builtin":
    case "error":
      return withoutModel(status, health, calm);
    case "warning":
      return calm("warning", model, vscode.l10n.t("Attention"));
    case "ok":
      return calm("sparkle", model, vscode.l10n.t("Ready"));
  }
}

/** The built-in engine answers, or none does. */
function withoutModel(status: Status, health: Health | undefined, calm: (icon: string, text: string, state: string) => Face): Face {
  const endpoint = health?.openai ?? health?.ollama;
  if (endpoint?.reachable === false) {
    const down = health?.openai ? vscode.l10n.t("Model server down") : vscode.l10n.t("Ollama down");
    return calm("plug", `Sopro: ${down}`, status.kind === "builtin" ? vscode.l10n.t("{0}; the built-in engine answers", down) : down);
  }
  return status.kind === "builtin"
    ? calm("sparkle", vscode.l10n.t("Sopro: built-in"), vscode.l10n.t("The built-in engine answers"))
    : calm("warning", vscode.l10n.t("Sopro: no model"), vscode.l10n.t("No model answers"));
}

/** A model's name without the registry, short enough for a status bar. */
export function shortName(model: string): string {
  const name = model.slice(model.lastIndexOf("/") + 1) || "Sopro";
  return name.length > widest ? `${name.slice(0, widest - 1)}…` : name;
}

/** The lines of the tooltip below the state: label and value, in plain text. */
export function facts(status: Status, health: Health | undefined): [label: string, value: string][] {
  const rows: [string, string][] = [];
  if (status.model !== "") {
    rows.push([vscode.l10n.t("Completes"), status.model]);
  }
  if (health?.models.chat) {
    rows.push([vscode.l10n.t("Explains and generates"), health.models.chat]);
  }
  const endpoint = health?.openai ?? health?.ollama;
  if (endpoint) {
    const version = endpoint.version === undefined ? "" : ` (${endpoint.version})`;
    rows.push([health?.openai ? vscode.l10n.t("Model server") : "Ollama", `${endpoint.url}${version}`]);
  }
  const speed = status.last?.tokensPerSecond ?? status.tokensPerSecond ?? 0;
  if (speed > 0) {
    rows.push([vscode.l10n.t("Speed"), vscode.l10n.t("{0} tokens a second", figure(speed))]);
  }
  if (status.last) {
    rows.push([vscode.l10n.t("Last request"), lastRequest(status.last)]);
  }
  if (health) {
    rows.push([vscode.l10n.t("Version"), health.server.version]);
  }
  return rows;
}

function lastRequest(last: Last): string {
  return vscode.l10n.t(
    "{0} tokens of prompt, {1}% from the cache; {2} tokens, the first after {3} ms",
    last.promptTokens,
    Math.round(100 * last.cacheHit),
    last.tokens,
    Math.round(last.firstTokenMs),
  );
}

function figure(n: number): string {
  return n >= 10 ? String(Math.round(n)) : decimal(n);
}
