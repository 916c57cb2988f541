import type { State, Turn } from "../../src/explain/messages";
import { Answer } from "./answer";
import type { Page } from "./page";

/** A question with its answer, on the page. */
export class TurnView {
  readonly element = document.createElement("section");
  private readonly answer: Answer;
  private readonly status = document.createElement("p");
  private readonly retry: HTMLButtonElement;
  private markdown: string;
  private state: State;
  private error: string;

  constructor(
    private readonly page: Page,
    turn: Turn,
    language: string,
    retry: () => void,
  ) {
    const text = document.createElement("div");
    text.className = "answer";
    text.lang = language;
    if (turn.question !== "") {
      const question = document.createElement("h2");
      question.textContent = turn.question;
      this.element.append(question);
    }
    this.answer = new Answer(page, text, turn.question === "" ? 2 : 3);
    this.status.className = "state";
    this.retry = page.button(page.texts.retry, "", retry);
    this.element.append(text, this.status, this.retry);
    this.markdown = turn.markdown;
    this.state = turn.state;
    this.error = turn.error ?? "";
    this.paint();
  }

  /** Takes more of the answer, which stands on the page at the next paint. */
  take(text: string): void {
    this.markdown += text;
    this.state = "streaming";
  }

  void(): void {
    this.markdown = "";
  }

  end(turn: Turn): void {
    this.markdown = turn.markdown;
    this.state = turn.state;
    this.error = turn.error ?? "";
  }

  get busy(): boolean {
    return this.state === "thinking" || this.state === "streaming";
  }

  get empty(): boolean {
    return this.markdown.trim() === "";
  }

  paint(): void {
    const { texts } = this.page;
    this.answer.show(this.markdown, !this.busy, this.state !== "done");
    const said: Record<State, string> = { thinking: texts.thinking, streaming: "", done: "", stopped: texts.stopped, failed: this.error };
    this.status.textContent = said[this.state];
    this.status.dataset.state = this.state;
    this.status.hidden = this.status.textContent === "";
    this.retry.hidden = this.state !== "stopped" && this.state !== "failed";
  }
}
