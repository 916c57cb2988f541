import type { Group } from "../story.ts";
import { completion } from "./completion.ts";
import { explanations } from "./explain.ts";
import { generation } from "./generate.ts";
import { places } from "./places.ts";

/** All groups, in the order in which they play. */
export const groups: Group[] = [
  { name: "editor", scenarios: [...completion, ...places, ...explanations, ...generation] },
];
