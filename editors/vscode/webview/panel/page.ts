import type { Mention, Said, Texts } from "../../src/explain/messages";

/**
 * What an answer needs of the page that it stands on. What can be clicked is a button: an element with an address would be fetched
 * from, dragged or opened by the browser itself, and a button does only what is said here.
 */
export class Page {
  lineCount = 0;

  constructor(
    readonly texts: Texts,
    private readonly say: (said: Said) => void,
    private readonly announce: (text: string) => void,
  ) {}

  button(label: string, className: string, click: (button: HTMLButtonElement) => void): HTMLButtonElement {
    const button = document.createElement("button");
    button.type = "button";
    button.className = className;
    button.textContent = label;
    button.addEventListener("click", () => {
      click(button);
    });
    return button;
  }

  /** An address of the web; it is shown to the person before anything is opened. */
  link(address: string): HTMLElement {
    const link = this.button("", "link", () => {
      this.say({ type: "open", url: address });
    });
    link.setAttribute("role", "link");
    link.title = address;
    return link;
  }

  /** A place in the code. */
  jump(text: string, mention: Mention): HTMLElement {
    const jump = this.button(text, "link", () => {
      this.say({ type: "jump", mention });
    });
    jump.setAttribute("role", "link");
    jump.title = this.texts.jump;
    return jump;
  }

  /** What stands above a block of code. Without a text it is not whole yet, and cannot be taken. */
  codeBar(language: string, text: string | undefined): HTMLElement {
    const bar = document.createElement("div");
    bar.className = "bar";
    const name = document.createElement("span");
    name.textContent = language;
    bar.append(name);
    if (text !== undefined) {
      bar.append(
        this.button(this.texts.copy, "quiet", (button) => {
          this.say({ type: "copy", text });
          this.confirm(button, this.texts.copied);
        }),
        this.button(this.texts.insert, "quiet", () => {
          this.say({ type: "insert", text });
        }),
      );
    }
    return bar;
  }

  /** Says for a while on a button that it was done. */
  confirm(button: HTMLButtonElement, done: string): void {
    const label = button.textContent;
    button.textContent = done;
    this.announce(done);
    setTimeout(() => {
      button.textContent = label;
    }, 1500);
  }
}
