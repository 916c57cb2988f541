import type { Group } from "../story.ts";
import { completion } from "./completion.ts";
import { explanations } from "./explain.ts";
import { faults, habits } from "./faults.ts";
import { generation } from "./generate.ts";
import { places } from "./places.ts";
import { settings } from "./settings.ts";

/** All groups, in the order in which they play. */
export const groups: Group[] = [
  { name: "editor", workspace: habits, scenarios: [...completion, ...places, ...explanations, ...generation, ...settings, ...faults] },
];
