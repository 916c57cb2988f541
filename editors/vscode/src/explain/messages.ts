// What the panel and the extension say to each other. The panel shows text that a model wrote, so nothing that it says is believed
// unless it has one of these shapes.

/** A place that an explanation mentions; lines count from 1. */
export interface Mention {
  /** As it was written; none: the code that is explained. */
  readonly path?: string;
  readonly from: number;
  readonly to: number;
}

export type State = "thinking" | "streaming" | "done" | "stopped" | "failed";

/** A question and what became of it. The first question of a conversation is "": explain this. */
export interface Turn {
  readonly question: string;
  markdown: string;
  state: State;
  /** Why it failed, in the server's words. */
  error?: string;
}

/** The code that is explained. */
export interface Subject {
  /** For people, with its lines. */
  readonly title: string;
  /** Lines that the document has: a mention of more of them means something else. */
  readonly lineCount: number;
}

/** The panel's own words, in the person's language. */
export interface Texts {
  readonly heading: string;
  readonly jump: string;
  readonly code: string;
  readonly table: string;
  readonly copy: string;
  readonly copied: string;
  readonly insert: string;
  readonly copyAll: string;
  readonly stop: string;
  readonly retry: string;
  readonly thinking: string;
  readonly finished: string;
  readonly stopped: string;
  readonly failed: string;
  readonly question: string;
  readonly placeholder: string;
  readonly ask: string;
}

/** What the panel is told. */
export type Told =
  | { readonly type: "conversation"; readonly subject: Subject; readonly language: string; readonly texts: Texts; readonly turns: readonly Turn[] }
  | { readonly type: "subject"; readonly subject: Subject }
  | { readonly type: "turn"; readonly index: number; readonly turn: Turn }
  | { readonly type: "text"; readonly text: string }
  | { readonly type: "reset" }
  | { readonly type: "end"; readonly turn: Turn }
  | { readonly type: "ask" };

/** What the panel says. */
export type Said =
  | { readonly type: "ready" | "stop" | "retry" | "subject" | "leave" | "copyAll" }
  | { readonly type: "ask"; readonly question: string }
  | { readonly type: "copy" | "insert"; readonly text: string }
  | { readonly type: "open"; readonly url: string }
  | { readonly type: "jump"; readonly mention: Mention };

const longestQuestion = 20_000; // characters
const longestCode = 256 * 1024; // the server's bound of an answer
const longestAddress = 2048;
const longestPath = 260;

/** Understands a message of the panel; undefined where it is none. */
export function understood(message: unknown): Said | undefined {
  if (!isRecord(message)) {
    return undefined;
  }
  const { type } = message;
  switch (type) {
    case "ready":
    case "stop":
    case "retry":
    case "subject":
    case "leave":
    case "copyAll":
      return { type };
    case "ask":
      return isText(message.question, longestQuestion) && message.question.trim() !== "" ? { type, question: message.question.trim() } : undefined;
    case "copy":
    case "insert":
      return isText(message.text, longestCode) ? { type, text: message.text } : undefined;
    case "open":
      return isText(message.url, longestAddress) && isWebAddress(message.url) ? { type, url: message.url } : undefined;
    case "jump": {
      const mention = mentioned(message.mention);
      return mention && { type, mention };
    }
  }
  return undefined;
}

/** Says whether something is an address of the web, the only kind that is ever opened. */
export function isWebAddress(address: string): boolean {
  return URL.canParse(address) && /^https?:$/.test(new URL(address).protocol);
}

function mentioned(value: unknown): Mention | undefined {
  if (!isRecord(value) || !isLine(value.from) || !isLine(value.to) || value.to < value.from) {
    return undefined;
  }
  const { path, from, to } = value;
  if (path === undefined) {
    return { from, to };
  }
  return isText(path, longestPath) && path !== "" ? { path, from, to } : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}

function isText(value: unknown, longest: number): value is string {
  return typeof value === "string" && value.length <= longest;
}

function isLine(value: unknown): value is number {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 1;
}
