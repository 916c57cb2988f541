import { afterEach, describe, expect, test } from "vitest";
import { bytes } from "../../src/figures";
import { faultOfName } from "../../src/names";
import { type Traced, renderTrace } from "../../src/trace";
import { env } from "./vscode";

describe("a model's name", () => {
  for (const name of ["qwen2.5-coder:1.5b", "hf.co/user/model:Q4_K_M", "me/mine", "a_b.c-d:latest"]) {
    test(`may be ${name}`, () => {
      expect(faultOfName(name)).toBeUndefined();
    });
  }
  for (const [name, word] of [
    ["", "Name a model"],
    ["qwen 2", "Names look like"],
    ["http://evil.example/x", "Names look like"],
    ["127.0.0.1:8080/me/mine", "Names look like"],
    ["model:", "Names look like"],
    ["a:b:c", "Names look like"],
    ["qwеn2.5-coder", "not ASCII"], // a Cyrillic е
    ["../../etc", "empty part"],
    ["a//b", "empty part"],
    ["/a", "empty part"],
    ["-rf", "empty part"],
    ["a".repeat(601), "so long"],
  ] as const) {
    test(`may not be ${name.slice(0, 24) || "empty"}`, () => {
      expect(faultOfName(name)).toContain(word);
    });
  }
});

describe("a figure", () => {
  afterEach(() => {
    env.language = "en";
  });
  for (const [language, size] of [["en", "4.7 GB"], ["pt-br", "4,7 GB"]] as const) {
    test(`is written as in ${language}`, () => {
      env.language = language;
      expect(bytes(4.7e9)).toBe(size);
    });
  }
});

describe("a size", () => {
  for (const [size, text] of [[undefined, ""], [0, ""], [500, "1 MB"], [398e6, "398 MB"], [986e6, "986 MB"], [4.7e9, "4.7 GB"]] as const) {
    test(`of ${size ?? "nobody knows"} is ${text || "nothing"}`, () => {
      expect(bytes(size)).toBe(text);
    });
  }
});

describe("what was sent", () => {
  const request: Traced = {
    id: 1, at: "2026-01-02T03:04:05.678901234Z", method: "POST", path: "/api/generate", status: 200, ms: 812.4,
    body: { model: "m", prompt: "const fence = '```'\n" },
    snippets: [
      { source: "declaration", path: "a.ts", lines: [[3, 7], [12, 12]], tokens: 40, why: "declares pay" },
      { source: "diagnostic", path: "b.ts", lines: [], tokens: 4, why: "said of the line" },
    ],
  };
  test("is shown whole, the newest first", () => {
    const text = renderTrace([request, { ...request, id: 2, status: 0, body: null, snippets: [] }]);
    expect(text).toBe(
      "# What Sopro sent to the model server\n\nThe whole of the last requests, the newest first. It is kept in memory only.\n\n" +
        "## 2 · POST /api/generate · no answer yet · 2026-01-02T03:04:05.678Z\n\n" +
        "## 1 · POST /api/generate · 200, 812 ms · 2026-01-02T03:04:05.678Z\n\n- from a.ts:3-7,12 (declaration): 40 tokens, declares pay\n- from b.ts (diagnostic): 4 tokens, said of the line\n\nThe prompt in it:\n\n" +
        "````text\nconst fence = '```'\n\n````\n\n" +
        '````json\n{\n  "model": "m",\n  "prompt": "const fence = \'```\'\\n"\n}\n````\n',
    );
  });
  test("is nothing at first", () => {
    expect(renderTrace([])).toContain("Nothing was sent yet.");
  });
});
