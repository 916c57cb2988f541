import type { Stream } from "../server";
import type { Told, Turn } from "./messages";

/** An earlier turn, as the server takes it. */
export interface Exchange {
  readonly question: string;
  readonly answer: string;
}

/** Asks the server. Rejects with an Error for people. */
export type Ask = (question: string, history: Exchange[], stream: Pick<Stream, "text" | "reset">, stop: AbortSignal) => Promise<{ markdown: string }>;

/** One explanation with the questions that follow it. One of them is answered at a time: a new one stops the one before. */
export class Conversation {
  readonly turns: Turn[] = [];
  private running: AbortController | undefined;

  constructor(
    private readonly server: Ask,
    private readonly show: (told: Told) => void,
  ) {}

  /** Asks, and resolves when the answer is there, was stopped or failed. */
  async ask(question: string): Promise<void> {
    this.stop();
    const running = (this.running = new AbortController());
    const turn: Turn = { question, markdown: "", state: "thinking" };
    const history = this.history();
    const index = this.turns.push(turn) - 1;
    this.show({ type: "turn", index, turn });
    // What was stopped may still say something; nobody listens then.
    const listening = (then: () => void) => {
      if (this.running === running) {
        then();
      }
    };
    const stream: Pick<Stream, "text" | "reset"> = {
      text: (text) => {
        listening(() => {
          turn.markdown += text;
          turn.state = "streaming";
          this.show({ type: "text", text });
        });
      },
      reset: () => {
        listening(() => {
          turn.markdown = "";
          this.show({ type: "reset" });
        });
      },
    };
    try {
      const { markdown } = await this.server(question, history, stream, running.signal);
      listening(() => {
        this.end(turn, { markdown, state: "done" });
      });
    } catch (error) {
      listening(() => {
        this.end(turn, { state: "failed", error: error instanceof Error ? error.message : String(error) });
      });
    }
  }

  /** Ends the answer that is on its way, if one is. What came of it stays. */
  stop(): void {
    const turn = this.turns.at(-1);
    if (this.running && turn) {
      this.running.abort();
      this.end(turn, { state: "stopped" });
    }
  }

  /** Asks the last question again, in place of its answer. */
  async retry(): Promise<void> {
    if (this.turns.at(-1)) {
      this.stop();
      await this.ask(this.turns.pop()?.question ?? "");
    }
  }

  /** All of it as Markdown. */
  get markdown(): string {
    return this.turns.map(({ question, markdown }) => [question && `## ${question}`, markdown.trim()].filter((part) => part !== "").join("\n\n")).join("\n\n");
  }

  private end(turn: Turn, outcome: Partial<Turn>): void {
    this.running = undefined;
    Object.assign(turn, outcome);
    this.show({ type: "end", turn });
  }

  private history(): Exchange[] {
    return this.turns.filter((turn) => turn.markdown.trim() !== "").map(({ question, markdown }) => ({ question, answer: markdown }));
  }
}
