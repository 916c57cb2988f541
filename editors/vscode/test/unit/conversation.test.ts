import { describe, expect, test } from "vitest";
import { type Ask, Conversation } from "../../src/explain/conversation";
import type { Told } from "../../src/explain/messages";

/** A server that says what a test has it say, when it has it. */
class Server {
  readonly asked: { question: string; history: unknown; stopped: boolean }[] = [];
  private last: { stream: Parameters<Ask>[2]; answer: (markdown: string) => void; fail: (message: string) => void } | undefined;

  readonly ask: Ask = (question, history, stream, stop) => {
    const asked = { question, history, stopped: false };
    this.asked.push(asked);
    return new Promise((resolve, reject) => {
      stop.addEventListener("abort", () => {
        asked.stopped = true;
      });
      this.last = {
        stream,
        answer: (markdown) => { resolve({ markdown }); },
        fail: (message) => { reject(new Error(message)); },
      };
    });
  };

  get now(): NonNullable<Server["last"]> {
    if (!this.last) {
      throw new Error("nobody asked");
    }
    return this.last;
  }
}

function begin(): { server: Server; conversation: Conversation; told: Told[]; shown: () => string } {
  const server = new Server();
  const told: Told[] = [];
  const conversation = new Conversation(server.ask, (message) => told.push(structuredClone(message)));
  // What a page shows that does what it is told.
  const shown = (): string =>
    told.reduce((text, message) => {
      switch (message.type) {
        case "turn":
        case "end":
          return message.turn.markdown;
        case "text":
          return text + message.text;
        case "reset":
          return "";
      }
      return text;
    }, "");
  return { server, conversation, told, shown };
}

describe("a conversation", () => {
  test("shows an answer as it comes, then whole", async () => {
    const { server, conversation, told, shown } = begin();
    const asked = conversation.ask("");
    expect(conversation.turns).toEqual([{ question: "", markdown: "", state: "thinking" }]);
    server.now.stream.text?.("It ");
    server.now.stream.text?.("adds.");
    expect(shown()).toBe("It adds.");
    expect(conversation.turns[0]?.state).toBe("streaming");
    server.now.answer("It adds.");
    await asked;
    expect(conversation.turns).toEqual([{ question: "", markdown: "It adds.", state: "done" }]);
    expect(told.map(({ type }) => type)).toEqual(["turn", "text", "text", "end"]);
  });

  test("forgets what was void", async () => {
    const { server, conversation, shown } = begin();
    const asked = conversation.ask("");
    server.now.stream.text?.("thinking aloud");
    server.now.stream.reset?.();
    server.now.stream.text?.("It");
    expect(shown()).toBe("It");
    server.now.answer("It adds.");
    await asked;
    expect(shown()).toBe("It adds.");
  });

  test("hands on what was asked and answered before, the oldest first", async () => {
    const { server, conversation } = begin();
    for (const [question, answer] of [["", "It adds."], ["Why?", "For the sum."], ["How?", ""]] as const) {
      const asked = conversation.ask(question);
      server.now.answer(answer);
      await asked;
    }
    void conversation.ask("And?");
    expect(server.asked.map(({ history }) => history)).toEqual([
      [],
      [{ question: "", answer: "It adds." }],
      [{ question: "", answer: "It adds." }, { question: "Why?", answer: "For the sum." }],
      [{ question: "", answer: "It adds." }, { question: "Why?", answer: "For the sum." }],
    ]);
  });

  test("keeps what came when it is stopped, and hears nothing more", async () => {
    const { server, conversation, shown } = begin();
    const asked = conversation.ask("");
    const { stream, fail } = server.now;
    stream.text?.("It adds");
    conversation.stop();
    stream.text?.(" much");
    stream.reset?.();
    fail("cancelled");
    await asked;
    expect(server.asked[0]?.stopped).toBe(true);
    expect(conversation.turns).toEqual([{ question: "", markdown: "It adds", state: "stopped" }]);
    expect(shown()).toBe("It adds");
  });

  test("says why there is no answer, and asks again in its place", async () => {
    const { server, conversation } = begin();
    let asked = conversation.ask("Why?");
    server.now.fail("Ollama is not running");
    await asked;
    expect(conversation.turns).toEqual([{ question: "Why?", markdown: "", state: "failed", error: "Ollama is not running" }]);
    asked = conversation.retry();
    server.now.answer("So.");
    await asked;
    expect(conversation.turns).toEqual([{ question: "Why?", markdown: "So.", state: "done" }]);
  });

  test("answers one question at a time", async () => {
    const { server, conversation } = begin();
    const first = conversation.ask("");
    server.now.stream.text?.("It");
    const { answer } = server.now;
    const second = conversation.ask("Why?");
    answer("It adds.");
    await first;
    server.now.answer("So.");
    await second;
    expect(conversation.turns).toEqual([
      { question: "", markdown: "It", state: "stopped" },
      { question: "Why?", markdown: "So.", state: "done" },
    ]);
  });

  test("is one text for the clipboard", async () => {
    const { server, conversation } = begin();
    for (const [question, answer] of [["", "It adds.\n"], ["Why?", "So."]] as const) {
      const asked = conversation.ask(question);
      server.now.answer(answer);
      await asked;
    }
    expect(conversation.markdown).toBe("It adds.\n\n## Why?\n\nSo.");
  });

  test("that nobody began can be stopped and asked again", async () => {
    const { conversation, told } = begin();
    conversation.stop();
    await conversation.retry();
    expect(told).toEqual([]);
  });
});
