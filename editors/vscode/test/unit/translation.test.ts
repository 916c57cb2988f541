import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../..", import.meta.url));
const read = (path: string): Record<string, string> => JSON.parse(readFileSync(`${root}${path}`, "utf8")) as Record<string, string>;

describe("everything that the extension says", () => {
  test("stands in the manifest's tables, in both languages", () => {
    const used = [...readFileSync(`${root}package.json`, "utf8").matchAll(/"%([^%"]+)%"/g)].map(([, key]) => key).sort();
    const english = read("package.nls.json");
    const portuguese = read("package.nls.pt-br.json");
    expect(Object.keys(english).sort()).toEqual(used);
    expect(Object.keys(portuguese).sort()).toEqual(used);
    expect(alike(english, portuguese)).toEqual([]);
  });

  test("is translated where the code says it", () => {
    const sources = readdirSync(`${root}src`, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));
    const said = sources.flatMap((path) => saidIn(`src/${path}`));
    const bundle = read("l10n/bundle.l10n.pt-br.json");
    expect(Object.keys(bundle).sort()).toEqual([...new Set(said)].sort());
    expect(alike(Object.fromEntries(said.map((text) => [text, text])), bundle)).toEqual([]);
  });

  test("keeps its places for values, its code and its links", () => {
    const marks = (text: string): string[] => (text.match(/\{\d\}|`[^`]+`|\]\([^)]+\)|\$\([^)]+\)/g) ?? []).sort();
    for (const [english, portuguese] of [
      ...Object.entries(read("l10n/bundle.l10n.pt-br.json")),
      ...Object.entries(read("package.nls.json")).map(([key, text]) => [text, read("package.nls.pt-br.json")[key] ?? ""] as const),
    ]) {
      expect(marks(portuguese), portuguese).toEqual(marks(english));
    }
  });
});

/** The texts that are the same in both languages, or empty. A name is no text. */
function alike(english: Record<string, string>, portuguese: Record<string, string>): string[] {
  return Object.keys(english).filter((key) => portuguese[key] === "" || (portuguese[key] === english[key] && /\w+ \w+/.test(english[key] ?? "")));
}

/** The first arguments of l10n.t in a file. One that is no plain text could not be found by VS Code either. */
function saidIn(path: string): string[] {
  const said: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && /(^|\.)l10n\.t$/.test(node.expression.getText())) {
      const [text] = node.arguments;
      if (!text || !ts.isStringLiteralLike(text)) {
        throw new Error(`${path}: l10n.t(${text?.getText() ?? ""}) is not a plain text`);
      }
      said.push(text.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, readFileSync(`${root}${path}`, "utf8"), ts.ScriptTarget.Latest, true));
  return said;
}
