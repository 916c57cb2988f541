import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { selector } from "../../src/served";

interface Entry {
  readonly command: string;
  readonly when?: string;
}

const { contributes } = JSON.parse(readFileSync(fileURLToPath(new URL("../../package.json", import.meta.url)), "utf8")) as {
  contributes: { keybindings: Entry[]; menus: Record<string, Entry[]> };
};

test("explaining and generating are offered in what Sopro serves, and nowhere else", () => {
  const offered = [...contributes.keybindings, ...(contributes.menus["editor/context"] ?? [])].filter(({ command }) => /explainSelection|generateFromComment/.test(command));
  const schemes = offered.map(({ when }) => /resourceScheme =~ \/\^\((\S+)\)\$\//.exec(when ?? "")?.[1]?.split("|"));
  expect(schemes).toEqual(Array(4).fill(selector.map(({ scheme }) => scheme)));
});
