import type { Group } from "../story.ts";
import { completion } from "./completion.ts";

/** All groups, in the order in which they play. */
export const groups: Group[] = [
  { name: "editor", scenarios: [...completion] },
];
