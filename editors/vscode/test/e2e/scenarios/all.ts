import path from "node:path";
import type { Group } from "../story.ts";
import { realOllama } from "../rig.ts";
import { actions } from "./actions.ts";
import { clicks } from "./clicks.ts";
import { completion } from "./completion.ts";
import { explanations } from "./explain.ts";
import { faults, habits } from "./faults.ts";
import { folderless, folders, list, twoFolders } from "./folders.ts";
import { generation } from "./generate.ts";
import { menus } from "./menus.ts";
import { models } from "./models.ts";
import { network } from "./network.ts";
import { ollama } from "./ollama.ts";
import { places } from "./places.ts";
import { pictures } from "./pictures.ts";
import { portuguese } from "./portuguese.ts";
import { restricted, untrusted } from "./restricted.ts";
import { settings } from "./settings.ts";
import { taking } from "./taking.ts";
import { told } from "./told.ts";

/** All groups, in the order in which they play. */
export const groups: Group[] = [
  {
    name: "editor",
    workspace: habits,
    scenarios: [...completion, ...places, ...explanations, ...generation, ...settings, ...network, ...clicks, ...actions, ...menus, ...faults, ...taking, ...told],
  },
  { name: "no folder", place: () => "ew=true", scenarios: folderless },
  { name: "two folders", workspace: twoFolders, place: (workspace) => `workspace=${encodeURIComponent(path.join(workspace, list))}`, scenarios: folders },
  { name: "portuguese", options: { locale: "pt-br" }, scenarios: portuguese },
  {
    name: "restricted mode",
    options: { settings: { "security.workspace.trust.enabled": true, "security.workspace.trust.startupPrompt": "never" } },
    workspace: untrusted,
    scenarios: restricted,
  },
  {
    name: "no model",
    cold: true,
    workspace: habits,
    async before(sim) {
      await sim.remove("qwen2.5-coder:1.5b-base");
      await sim.remove("qwen2.5-coder:7b");
      return undefined;
    },
    scenarios: models,
  },
  {
    name: "real Ollama",
    cold: true,
    before: async (_, rig) => ({ ollama: (await realOllama(rig)).url }),
    scenarios: ollama,
  },
  {
    name: "README",
    pictures: true,
    options: {
      viewport: { width: 860, height: 445, scale: 1.5 },
      settings: {
        "breadcrumbs.enabled": false,
        "editor.fontSize": 14,
        "editor.hideCursorInOverviewRuler": true,
        "editor.lightbulb.enabled": "off",
        "editor.overviewRulerBorder": false,
        "editor.renderFinalNewline": "off",
        "editor.renderWhitespace": "none",
        "editor.scrollbar.vertical": "hidden",
        "workbench.activityBar.location": "hidden",
        "workbench.editor.editorActionsLocation": "hidden",
      },
    },
    scenarios: pictures,
  },
];
