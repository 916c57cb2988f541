import type { Said, Subject, Told, Turn } from "../../src/explain/messages";
import { Page } from "./page";
import { TurnView } from "./turn";

/** Has something run before the browser paints next. */
export type Schedule = (paint: () => void) => void;

/** The panel: the code that is explained, the turns, and a box for the next question. */
export class View {
  private page: Page | undefined;
  private turns: TurnView[] = [];
  private painting = false;
  private stale = false;

  private readonly heading = document.createElement("h1");
  private readonly subject: HTMLButtonElement;
  private readonly stop: HTMLButtonElement;
  private readonly copyAll: HTMLButtonElement;
  private readonly main = document.createElement("main");
  private readonly question = document.createElement("textarea");
  private readonly label = document.createElement("label");
  private readonly send = document.createElement("button");
  private readonly form = document.createElement("form");
  private readonly status = document.createElement("div");
  private language = "";

  constructor(
    private readonly root: HTMLElement,
    private readonly say: (said: Said) => void,
    private readonly schedule: Schedule,
  ) {
    const button = (className: string, said: "subject" | "stop" | "copyAll"): HTMLButtonElement => {
      const made = document.createElement("button");
      made.className = className;
      made.addEventListener("click", () => {
        say({ type: said });
      });
      return made;
    };
    this.subject = button("link", "subject");
    this.stop = button("", "stop");
    this.copyAll = button("quiet", "copyAll");
    this.copyAll.addEventListener("click", () => this.page?.confirm(this.copyAll, this.page.texts.copied));
  }

  told(message: Told): void {
    switch (message.type) {
      case "conversation":
        this.conversation(message);
        break;
      case "subject":
        this.showSubject(message.subject);
        break;
      case "turn":
        this.turn(message.index, message.turn);
        break;
      case "text":
        this.turns.at(-1)?.take(message.text);
        this.soon();
        break;
      case "reset":
        this.turns.at(-1)?.void();
        this.soon();
        break;
      case "end":
        this.end(message.turn);
        break;
      case "ask":
        this.question.focus();
    }
  }

  private conversation({ subject, language, texts, turns }: Extract<Told, { type: "conversation" }>): void {
    this.page = new Page(texts, this.say, (text) => {
      this.announce(text);
    });
    this.language = language;
    this.heading.textContent = texts.heading;
    this.subject.title = texts.jump;
    this.stop.textContent = texts.stop;
    this.copyAll.textContent = texts.copyAll;
    this.label.textContent = texts.question;
    this.question.placeholder = texts.placeholder;
    this.send.textContent = texts.ask;
    if (!this.main.isConnected) {
      this.build();
    }
    this.showSubject(subject);
    this.main.setAttribute("aria-label", texts.heading);
    this.form.setAttribute("aria-label", texts.question);
    this.main.replaceChildren();
    this.turns = [];
    turns.forEach((turn, index) => {
      this.turn(index, turn);
    });
    this.controls();
  }

  private build(): void {
    const header = document.createElement("header");
    const what = document.createElement("p");
    what.append(this.subject);
    header.append(this.heading, what, this.stop, this.copyAll);
    this.main.tabIndex = 0; // it scrolls
    this.status.setAttribute("role", "status");
    this.status.className = "announced";
    this.buildForm();
    this.root.append(header, this.main, this.form, this.status);
    window.addEventListener("focus", () => {
      if (document.activeElement === document.body) {
        this.main.focus({ preventScroll: true });
      }
    });
    this.root.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && !event.isComposing) {
        this.say({ type: "leave" });
      }
    });
  }

  private buildForm(): void {
    const ask = (): void => {
      if (this.question.value.trim() !== "") {
        this.say({ type: "ask", question: this.question.value });
        this.question.value = "";
      }
    };
    this.question.id = "question";
    this.question.rows = 2;
    this.label.htmlFor = this.question.id;
    this.question.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault();
        ask();
      }
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask();
    });
    this.form.append(this.label, this.question, this.send);
  }

  private showSubject({ title, lineCount }: Subject): void {
    this.subject.textContent = title;
    if (this.page) {
      this.page.lineCount = lineCount;
    }
  }

  private turn(index: number, turn: Turn): void {
    if (!this.page) {
      return;
    }
    const made = new TurnView(this.page, turn, this.language, () => {
      this.say({ type: "retry" });
    });
    for (const { element } of this.turns.splice(index)) {
      element.remove();
    }
    this.turns.push(made);
    this.main.append(made.element);
    this.main.scrollTop = this.main.scrollHeight;
    this.announceState(turn);
    this.controls();
  }

  private end(turn: Turn): void {
    this.turns.at(-1)?.end(turn);
    this.soon();
    this.announceState(turn);
    this.controls();
  }

  /** The start and the end of an answer are told, not each word. */
  private announceState({ state, error }: Turn): void {
    if (this.page) {
      const { thinking, finished, stopped, failed } = this.page.texts;
      this.announce({ thinking, streaming: thinking, done: finished, stopped, failed: `${failed} ${error ?? ""}` }[state]);
    }
  }

  /** A screen reader says it when it comes to rest; what stands there already only when it is another text, by a space at its end. */
  private announce(text: string): void {
    this.status.textContent = this.status.textContent === text ? `${text}\u00a0` : text;
  }

  private controls(): void {
    const busy = this.turns.at(-1)?.busy ?? false;
    const hadFocus = document.activeElement === this.stop;
    this.stop.hidden = !busy;
    this.copyAll.hidden = busy || this.turns.every((turn) => turn.empty);
    if (hadFocus && !busy) {
      this.question.focus();
    }
  }

  /** Paints once before the browser does, and rests three times as long as that took: whatever comes, the page stays usable. */
  private soon(): void {
    this.stale = true;
    if (this.painting) {
      return;
    }
    this.painting = true;
    this.schedule(() => {
      const began = performance.now();
      this.stale = false;
      this.paint();
      setTimeout(
        () => {
          this.painting = false;
          if (this.stale) {
            this.soon();
          }
        },
        3 * (performance.now() - began),
      );
    });
  }

  private paint(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.main;
    const following = scrollHeight - scrollTop - clientHeight < 24;
    const last = this.turns.at(-1);
    const hadFocus = last?.element.contains(document.activeElement) ?? false;
    last?.paint();
    if (hadFocus && !last?.element.contains(document.activeElement)) {
      this.main.focus({ preventScroll: true }); // what had it was made anew
    }
    if (following) {
      this.main.scrollTop = this.main.scrollHeight;
    }
  }
}
