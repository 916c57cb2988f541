import * as vscode from "vscode";
import { bytes } from "./figures";
import { faultOfName } from "./names";
import type { Server } from "./server";
import { plain } from "./tell";

/** An installed model, as the server describes it. */
interface Model {
  readonly name: string;
  readonly parameterSize: string;
  readonly quantization: string;
  readonly size?: number;
  readonly roles: readonly Role[];
  readonly chosen: readonly Role[];
  readonly why?: string;
  readonly speed?: { readonly generation?: number };
  readonly remote?: boolean;
  readonly problem?: string;
}

type Role = "completion" | "chat";

/** A model that can be recommended for this machine. */
export interface Advice {
  readonly name: string;
  /** Bytes, about. */
  readonly download: number;
  readonly license: string;
  /** What the licence restricts, and what is to be said of it; may be absent. */
  readonly limits?: string;
  readonly note?: string;
}

/** Has the person choose the model of a role among those that are installed. */
export async function chooseModel(server: Server): Promise<void> {
  const models = await installed(server);
  const role = await vscode.window.showQuickPick(
    (["completion", "chat"] as const).map((value) => ({ value, label: roleTitle(value), description: current(value) })),
    { placeHolder: vscode.l10n.t("Choose the model of which role?") },
  );
  if (!role) {
    return;
  }
  const able = models.filter((model) => model.roles.includes(role.value) && !model.remote && !model.problem);
  const auto = { label: vscode.l10n.t("Automatic"), detail: vscode.l10n.t("The best that is installed and fits this machine"), name: "auto" };
  const choice = await vscode.window.showQuickPick([auto, ...able.map((model) => entry(model, role.value))], {
    placeHolder: roleTitle(role.value),
    matchOnDescription: true,
    matchOnDetail: true,
  });
  if (choice) {
    await set(role.value, choice.name);
  }
}

function roleTitle(role: Role): string {
  return role === "completion" ? vscode.l10n.t("Completes code") : vscode.l10n.t("Explains and generates");
}

function current(role: Role): string {
  return vscode.workspace.getConfiguration("sopro").get(`models.${role}`, "auto");
}

/** Keeps the choice where one is made already: a workspace that names a model would overrule the person's own settings. */
async function set(role: Role, name: string): Promise<void> {
  const settings = vscode.workspace.getConfiguration("sopro");
  const nearer = settings.inspect(`models.${role}`)?.workspaceValue !== undefined;
  await settings.update(`models.${role}`, name, nearer ? vscode.ConfigurationTarget.Workspace : vscode.ConfigurationTarget.Global);
}

function entry(model: Model, role: Role): { label: string; description: string; detail: string; name: string } {
  const parts = [model.parameterSize, model.quantization, bytes(model.size)];
  if (model.speed?.generation) {
    parts.push(vscode.l10n.t("{0} tokens a second", Math.round(model.speed.generation)));
  }
  return {
    label: model.chosen.includes(role) ? `$(check) ${model.name}` : model.name,
    description: parts.filter(Boolean).join(" · "),
    detail: model.why ?? "",
    name: model.name,
  };
}

async function installed(server: Server): Promise<Model[]> {
  return (await server.run<{ models: Model[] }>("sopro.models.list", {})).models;
}

/** Has the person name a model and installs it. The server asks for consent, by the exact name, before it downloads. */
export async function pullModel(server: Server, advised: () => Promise<Advice[]>): Promise<void> {
  const name = await nameModel(advised);
  if (name === undefined) {
    return;
  }
  const cancel = new vscode.CancellationTokenSource();
  let bar: Bar | undefined;
  const progress = (message: string | undefined, percentage: number | undefined): void => {
    bar ??= new Bar(name, pulling, cancel); // only now: before, the server has asked whether it may
    bar.report(message, percentage);
  };
  const pulling = server.run("sopro.models.pull", { name }, { progress }, cancel.token);
  await pulling;
}

/** A notification of a download, with a button that stops it. It goes when the download has ended, in whatever way. */
class Bar {
  private told = 0;
  private step: Parameters<vscode.Progress<{ message?: string; increment?: number }>["report"]>[0] = {};
  private view: vscode.Progress<{ message?: string; increment?: number }> | undefined;

  constructor(name: string, pulling: Promise<unknown>, cancel: vscode.CancellationTokenSource) {
    const options = { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t("Sopro: installing {0}", name), cancellable: true };
    void vscode.window.withProgress(options, (view, stop) => {
      stop.onCancellationRequested(() => {
        cancel.cancel();
      });
      this.view = view;
      view.report(this.step);
      return pulling.catch(() => undefined);
    });
  }

  report(message: string | undefined, percentage = this.told): void {
    this.step = { ...(message !== undefined && { message: plain(message) }), increment: percentage - this.told };
    this.told = percentage;
    this.view?.report(this.step);
  }
}

/** Asks for a name, with what is recommended for this machine below; undefined where the person went away. */
function nameModel(advised: () => Promise<Advice[]>): Promise<string | undefined> {
  type Named = vscode.QuickPickItem & { model: string };
  const pick = vscode.window.createQuickPick<Named>();
  pick.title = vscode.l10n.t("Install a model");
  pick.placeholder = vscode.l10n.t("Name a model, such as qwen2.5-coder:1.5b");
  let recommended: Named[] = [];
  const offer = (): void => {
    const typed = pick.value.trim();
    const fault = typed === "" ? undefined : faultOfName(typed);
    const known = typed === "" || recommended.some(({ model }) => model === typed);
    const own = { label: typed, model: fault ? "" : typed, detail: fault ?? vscode.l10n.t("Install this one"), alwaysShow: true };
    pick.items = known ? recommended : [own, ...recommended];
  };
  pick.busy = true;
  void advised()
    .then((all) => {
      recommended = all.map((advice) => ({
        label: advice.name,
        model: advice.name,
        description: bytes(advice.download),
        detail: [advice.note, advice.license, advice.limits].filter(Boolean).join(" · "),
      }));
      offer();
    })
    .catch(() => undefined) // why there is no advice, the status says
    .finally(() => {
      pick.busy = false;
    });
  return new Promise((resolve) => {
    pick.onDidChangeValue(offer);
    pick.onDidAccept(() => {
      const typed = pick.value.trim();
      const chosen = pick.selectedItems[0]?.model ?? (faultOfName(typed) ? "" : typed); // the list may come later than the key
      if (chosen) {
        resolve(chosen);
        pick.hide();
      }
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

/** Has the person choose a model, and removes it from this machine after the server asked. */
export async function removeModel(server: Server): Promise<void> {
  const models = (await installed(server)).filter(({ remote }) => !remote);
  if (models.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t("No model is installed"));
    return;
  }
  const items = models.map((model) => ({ label: model.name, description: bytes(model.size), detail: model.chosen.map(roleTitle).join(", ") }));
  const choice = await vscode.window.showQuickPick(items, { placeHolder: vscode.l10n.t("Remove which model from this machine?") });
  if (choice) {
    await server.run("sopro.models.remove", { name: choice.label });
  }
}
