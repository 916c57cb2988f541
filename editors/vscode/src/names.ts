import * as vscode from "vscode";

/** No name that Ollama takes is longer, in bytes. */
const longest = 600;

/**
 * Says in words why a name cannot be a model's; undefined where it can. It is the server that decides (it refuses the same, and
 * asks before it downloads); this says so while the name is typed.
 */
export function faultOfName(name: string): string | undefined {
  if (name === "") {
    return vscode.l10n.t("Name a model, such as qwen2.5-coder:1.5b");
  }
  if (name.length > longest) {
    return vscode.l10n.t("No model has so long a name");
  }
  if (/[^\x20-\x7e]/.test(name)) {
    return vscode.l10n.t("The name has a letter in it that is not ASCII, which looks like another one to people");
  }
  if (!/^[A-Za-z0-9._/-]+(:[A-Za-z0-9._-]+)?$/.test(name)) {
    return vscode.l10n.t("Names look like qwen2.5-coder:1.5b or hf.co/user/model:Q4_K_M");
  }
  const [path = ""] = name.split(":");
  if (path.split("/").some((part) => /^\.*$/.test(part) || part.startsWith("-"))) {
    return vscode.l10n.t("The name has an empty part, or one that begins with \"-\" or is only dots");
  }
  return undefined;
}
