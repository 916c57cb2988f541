import type { Texts } from "../../src/explain/messages";

/** The panel's words, as tests look for them. */
export const texts: Texts = {
  heading: "Explanation",
  jump: "Go to this code",
  code: "Code",
  table: "Table",
  copy: "Copy",
  copied: "Copied",
  insert: "Insert",
  copyAll: "Copy all",
  stop: "Stop",
  retry: "Try again",
  thinking: "Thinking…",
  finished: "Finished.",
  stopped: "Stopped.",
  failed: "Failed.",
  question: "Ask about this code",
  placeholder: "What else?",
  ask: "Ask",
};
