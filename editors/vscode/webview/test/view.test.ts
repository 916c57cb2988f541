// @vitest-environment jsdom
import { beforeEach, describe, expect, test } from "vitest";
import type { Said, Turn } from "../../src/explain/messages";
import { View } from "../panel/view";
import { texts } from "./texts";

const subject = { title: "main.go, lines 3 to 5", lineCount: 20 };

let said: Said[];
let view: View;
let root: HTMLElement;
let paints: (() => void)[];
beforeEach(() => {
  root = document.createElement("div");
  document.body.replaceChildren(root);
  const [saidHere, paintsHere]: [Said[], (() => void)[]] = [[], []]; // an earlier view may still want to paint
  [said, paints] = [saidHere, paintsHere];
  view = new View(root, (message) => saidHere.push(message), (paint) => paintsHere.push(paint));
});

function begin(...turns: Turn[]): void {
  view.told({ type: "conversation", subject, language: "pt-BR", texts, turns });
}

/** Has the browser draw a frame. */
function frame(): void {
  for (const paint of paints.splice(0)) {
    paint();
  }
}

const text = (selector: string): string | null | undefined => document.querySelector(selector)?.textContent;
const button = (name: string): HTMLButtonElement => {
  const found = [...document.querySelectorAll("button")].find((each) => each.textContent === name);
  if (!found) {
    throw new Error(`there is no button ${name}`);
  }
  return found;
};
const thinking: Turn = { question: "", markdown: "", state: "thinking" };

describe("the panel", () => {
  test("says what is explained, and goes there", () => {
    begin(thinking);
    button("main.go, lines 3 to 5").click();
    view.told({ type: "subject", subject: { ...subject, title: "main.go, line 9" } });
    button("main.go, line 9").click();
    expect(said).toEqual([{ type: "subject" }, { type: "subject" }]);
  });

  test("shows what comes, once a frame, and says the beginning and the end", () => {
    begin(thinking);
    expect([text(".state"), text("[role=status]")]).toEqual(["Thinking…", "Thinking…"]);
    view.told({ type: "text", text: "It " });
    view.told({ type: "text", text: "adds" });
    expect(paints).toHaveLength(1);
    expect(text(".answer")).toBe("");
    frame();
    expect([text(".answer"), text(".state"), text("[role=status]")]).toEqual(["It adds", "", "Thinking…"]);
    view.told({ type: "end", turn: { question: "", markdown: "It adds.", state: "done" } });
    expect(text("[role=status]")).toBe("Finished.");
    expect(document.querySelector<HTMLElement>(".answer")?.lang).toBe("pt-BR");
  });

  test("paints what came while it rested", async () => {
    begin(thinking);
    view.told({ type: "text", text: "a" });
    frame();
    view.told({ type: "text", text: "b" });
    await expect.poll(() => paints.length).toBe(1);
    frame();
    expect(text(".answer")).toBe("ab");
  });

  test("stops", () => {
    begin(thinking);
    button("Stop").focus();
    button("Stop").click();
    expect(said).toEqual([{ type: "stop" }]);
    view.told({ type: "end", turn: { question: "", markdown: "It", state: "stopped" } });
    frame();
    expect([text(".answer"), text(".state"), button("Stop").hidden, button("Try again").hidden]).toEqual(["It", "Stopped.", true, false]);
    expect(document.activeElement).toBe(document.querySelector("textarea")); // not lost with the button
  });

  test("says why there is no answer, and asks again in its place", () => {
    begin(thinking);
    view.told({ type: "end", turn: { question: "", markdown: "", state: "failed", error: "Ollama is not running" } });
    frame();
    expect([text(".state"), text("[role=status]"), button("Copy all").hidden]).toEqual(["Ollama is not running", "Failed. Ollama is not running", true]);
    button("Try again").click();
    expect(said).toEqual([{ type: "retry" }]);
    view.told({ type: "turn", index: 0, turn: thinking });
    expect(document.querySelectorAll("section")).toHaveLength(1);
    expect(text(".state")).toBe("Thinking…");
  });

  test("asks on with Enter, and writes a line with Shift+Enter", () => {
    begin({ question: "", markdown: "It adds.", state: "done" });
    view.told({ type: "ask" });
    const box = document.querySelector("textarea");
    expect(document.activeElement).toBe(box);
    const press = (init: KeyboardEventInit): void => {
      box?.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true, ...init }));
    };
    press({});
    if (box) {
      box.value = "Why?";
    }
    press({ shiftKey: true });
    press({ isComposing: true });
    expect(said).toEqual([]);
    press({});
    expect(said).toEqual([{ type: "ask", question: "Why?" }]);
    expect(box?.value).toBe("");
    view.told({ type: "turn", index: 1, turn: { question: "Why?", markdown: "", state: "thinking" } });
    expect([...document.querySelectorAll("section > h2")].map((heading) => heading.textContent)).toEqual(["Why?"]);
  });

  test("says the same once more where it happens once more", () => {
    begin({ question: "", markdown: "It adds.", state: "done" });
    const status = document.querySelector("[role=status]");
    const heard: (string | null)[] = [];
    for (let times = 0; times < 3; times++) {
      view.told({ type: "end", turn: { question: "", markdown: "It adds.", state: "done" } });
      heard.push(status?.textContent ?? null);
    }
    expect(heard.map((words) => words?.trim())).toEqual(["Finished.", "Finished.", "Finished."]);
    expect(heard[0]).not.toBe(heard[1]);
    expect(heard[1]).not.toBe(heard[2]);
  });

  test("goes back to the editor with Escape", () => {
    begin(thinking);
    button("Stop").dispatchEvent(new KeyboardEvent("keydown", { key: "Escape", bubbles: true }));
    expect(said).toEqual([{ type: "leave" }]);
  });

  test("is used again for another explanation", () => {
    begin({ question: "", markdown: "Old.", state: "done" });
    begin({ question: "", markdown: "New.", state: "done" });
    expect([document.querySelectorAll("main").length, text("main .answer"), text("[role=status]")?.trim()]).toEqual([1, "New.", "Finished."]);
  });

  test("has a name for everything that can be used", () => {
    begin({ question: "", markdown: "```go\nx\n```\n\n|a|\n|-|\n|b|", state: "done" });
    for (const control of document.querySelectorAll("button, textarea, [tabindex], form, main")) {
      const name = control.getAttribute("aria-label") ?? (control.id ? text(`label[for=${control.id}]`) : control.textContent);
      expect(name, control.outerHTML).not.toBe("");
    }
    expect(document.querySelectorAll("h1, main, form, [role=status]")).toHaveLength(4);
  });
});
