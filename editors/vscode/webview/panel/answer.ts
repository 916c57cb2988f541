import { blocks, close, firstLine, nodes, Outline } from "./markdown";
import type { Page } from "./page";

/**
 * An answer while it comes. A block of Markdown is final once a later one has begun on a line that is whole; only what is not final is
 * made anew, so that a long answer does not cost its square.
 */
export class Answer {
  private source = "";
  private outline: Outline;
  /** How much of the source is final and stands on the page. */
  private settled = 0;
  private unsettled: Node[] = [];

  constructor(
    private readonly page: Page,
    private readonly element: HTMLElement,
    private readonly top: number,
  ) {
    this.outline = new Outline(top);
  }

  /**
   * Makes the page show this text, which mostly begins with what it shows. Of one that is not over more may come; one that is cut was
   * meant to go on.
   */
  show(source: string, over: boolean, cut = !over): void {
    if (!source.startsWith(this.source)) {
      this.element.replaceChildren();
      this.outline = new Outline(this.top);
      this.settled = 0;
      this.unsettled = [];
    }
    this.source = source;
    const rest = source.slice(this.settled);
    const found = blocks(rest);
    const last = found.at(-1);
    if (cut && last) {
      close(last);
    }
    const wholeLines = rest.split("\n").length - 1;
    const final = over ? found.length : Math.max(0, found.findLastIndex((block) => firstLine(block) < wholeLines));
    for (const node of this.unsettled) {
      node.parentNode?.removeChild(node);
    }
    this.element.append(...found.slice(0, final).flatMap((block) => nodes(block, this.page, this.outline, true)));
    const open = this.outline.copy();
    this.unsettled = found.slice(final).flatMap((block) => nodes(block, this.page, open, false));
    this.element.append(...this.unsettled);
    const next = found[final];
    if (next) {
      this.settled += lineStart(rest, firstLine(next));
    }
  }
}

/** Where a line begins, counted from 0. */
function lineStart(text: string, line: number): number {
  let at = 0;
  for (let i = 0; i < line; i++) {
    at = text.indexOf("\n", at) + 1;
  }
  return at;
}
