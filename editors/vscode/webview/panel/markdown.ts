// Markdown as nodes of the page. Nothing is ever handed to the browser as HTML: each node is made here, from a short list of kinds,
// and what a model wrote goes into text nodes alone. There is so nothing to sanitise, and nothing that could fetch or run.
import MarkdownIt, { type Token } from "markdown-it";
import { isWebAddress } from "../../src/explain/messages";
import { closed } from "./cut";
import { highlighted } from "./highlight";
import { mentions } from "./mentions";
import type { Page } from "./page";

// No HTML, and no reference definitions: the text streams, and a definition that comes late would change what was shown.
const parser = new MarkdownIt({ html: false, linkify: false, typographer: false }).disable(["reference", "html_block", "html_inline"]);

/** Top-level blocks, each with the tokens that make it. */
export function blocks(source: string): Token[][] {
  const all: Token[][] = [];
  let depth = 0;
  for (const token of parser.parse(source, {})) {
    if (depth === 0) {
      all.push([]);
    }
    all.at(-1)?.push(token);
    depth += token.nesting;
  }
  return all;
}

/** The line, counted from 0, on which a block begins. */
export function firstLine(block: Token[]): number {
  return block[0]?.map?.[0] ?? 0;
}

const plainTags = new Set(["p", "ul", "ol", "li", "blockquote", "thead", "tbody", "tr", "th", "td", "em", "strong", "s"]);

/**
 * The headings of one answer: they begin below the page's own and never skip a level, whatever the model does, so that a screen
 * reader's outline holds.
 */
export class Outline {
  private open: number[] = [];

  constructor(private readonly top: number) {}

  /** The level on the page of a heading that the model gave a level. */
  level(written: number): number {
    this.open = this.open.filter((level) => level < written);
    this.open.push(written);
    return Math.min(this.top + this.open.length - 1, 6);
  }

  copy(): Outline {
    const copy = new Outline(this.top);
    copy.open = [...this.open];
    return copy;
  }
}

/** Makes the nodes of a block. `final`: no more of it will come. */
export function nodes(block: Token[], page: Page, outline: Outline, final: boolean): Node[] {
  return new Drawing(page, outline, final).draw(block);
}

/** Closes what is open at the end of a block that is cut off, unless it ends with code. */
export function close(block: Token[]): void {
  const last = block.findLast((token) => token.nesting === 0);
  const [mended] = last?.type === "inline" ? parser.parseInline(closed(last.content), {}) : [];
  if (last && mended && !/[*_~`]$/.test(mended.children?.at(-1)?.content ?? "")) {
    last.children = mended.children; // else it was no mark after all, and would now stand there twice
  }
}

class Drawing {
  private inLink = 0;
  private readonly stack: (HTMLElement | DocumentFragment)[] = [document.createDocumentFragment()];

  constructor(
    private readonly page: Page,
    private readonly outline: Outline,
    private readonly final: boolean,
  ) {}

  draw(tokens: Token[]): Node[] {
    this.all(tokens);
    return [...(this.stack[0]?.childNodes ?? [])];
  }

  private all(tokens: Token[]): void {
    for (const token of tokens) {
      if (token.hidden) {
        continue; // the paragraphs of a tight list
      }
      if (token.nesting > 0) {
        this.open(token);
      } else if (token.nesting < 0) {
        this.close(token);
      } else {
        this.leaf(token);
      }
    }
  }

  private put(...nodes: (Node | string)[]): void {
    this.stack.at(-1)?.append(...nodes);
  }

  private open(token: Token): void {
    const element = this.element(token);
    this.put(element);
    // A table that is wider than the panel scrolls in a box of its own.
    if (token.type === "table_open") {
      const table = document.createElement("table");
      element.append(table);
      this.stack.push(table);
    } else {
      this.stack.push(element);
    }
  }

  private close(token: Token): void {
    this.stack.pop();
    if (token.type === "link_close") {
      this.inLink--;
    }
  }

  private element(token: Token): HTMLElement {
    if (token.type === "heading_open") {
      return document.createElement(`h${this.outline.level(Number(token.tag.slice(1)))}`);
    }
    if (token.type === "link_open") {
      this.inLink++;
      const address = String(token.attrGet("href") ?? "");
      return isWebAddress(address) ? this.page.link(address) : document.createElement("span");
    }
    if (token.type === "table_open") {
      return scrolling("div", "table", this.page.texts.table);
    }
    const element = document.createElement(plainTags.has(token.tag) ? token.tag : "span");
    const start = token.tag === "ol" ? Number(token.attrGet("start") ?? 1) : 1;
    if (start !== 1 && Number.isSafeInteger(start)) {
      element.setAttribute("start", String(start));
    }
    return element;
  }

  private leaf(token: Token): void {
    switch (token.type) {
      case "inline":
        this.all(token.children ?? []);
        break;
      case "softbreak":
        this.put("\n");
        break;
      case "hardbreak":
        this.put(document.createElement("br"));
        break;
      case "hr":
        this.put(document.createElement("hr"));
        break;
      case "fence":
      case "code_block":
        this.put(this.codeBlock(token));
        break;
      case "code_inline": {
        const code = document.createElement("code");
        code.append(...this.withMentions(token.content));
        this.put(code);
        break;
      }
      default: // text; an image is what it says of itself
        this.put(...this.withMentions(token.content));
    }
  }

  private withMentions(text: string): (Node | string)[] {
    if (this.inLink > 0) {
      return [text];
    }
    return mentions(text, this.page.lineCount).map((piece) => (typeof piece === "string" ? piece : this.page.jump(piece.text, piece.mention)));
  }

  private codeBlock(token: Token): HTMLElement {
    const language = /^[\w+#.-]{1,30}/.exec(token.info.trim())?.[0] ?? "";
    const text = token.content.replace(/\n$/, "");
    const pre = scrolling("pre", "", `${this.page.texts.code} ${language}`.trim());
    const code = document.createElement("code");
    code.translate = false;
    code.append(...highlighted(text, language.toLowerCase()));
    pre.append(code);
    const block = document.createElement("div");
    block.className = "code";
    block.append(this.page.codeBar(language, this.final ? text : undefined), pre);
    return block;
  }
}

/** A box that scrolls sideways can be reached by the keyboard, and says what it is. */
function scrolling(tag: "div" | "pre", className: string, label: string): HTMLElement {
  const box = document.createElement(tag);
  box.className = className;
  box.tabIndex = 0;
  box.setAttribute("role", "group");
  box.setAttribute("aria-label", label);
  return box;
}
