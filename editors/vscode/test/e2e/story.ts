import type { Sim } from "./rig.ts";
import type { Window } from "./window.ts";
import type { Workbench, WorkbenchOptions } from "./workbench.ts";

/** Where a scenario plays. */
export interface Stage {
  readonly sim: Sim;
  readonly workbench: Workbench;
  readonly window: Window;
  /** Keeps a picture of the window, to be looked at, or of the topmost pixels of its editors. A scenario that keeps none gets one of its end. */
  picture(name?: string, editors?: number): Promise<void>;
  /** Says a figure beside the scenario's line. */
  note(text: string): void;
}

/** One thing that a person does, and what must then be so. */
export interface Scenario {
  name: string;
  play(stage: Stage): Promise<void>;
}

/** Scenarios that play in one VS Code, one after the other in one window. */
export interface Group {
  name: string;
  options?: Partial<WorkbenchOptions>;
  /** Plays only where the pictures of the README are asked for. */
  pictures?: boolean;
  /** Begins before a model is loaded and a completion was seen. */
  cold?: boolean;
  /** What has to be so before VS Code starts; may name another model server. */
  before?(sim: Sim, rig: string): Promise<{ ollama?: string } | undefined>;
  /** What has to lie in the workspace before VS Code starts. */
  workspace?(folder: string): void;
  scenarios: Scenario[];
  /** What the window shows, as the address has it, for the folder of the workspace; left out that folder. */
  place?(workspace: string): string;
  /** After VS Code was ended: what must not be there any more. */
  after?(workbench: Workbench, sim: Sim): Promise<void>;
}

