import type { Mention } from "../../src/explain/messages";

/** Text in pieces: plain, and places that it mentions, as they are written. */
export type Piece = string | { readonly text: string; readonly mention: Mention };

// Each pattern is linear in the text: a model may write a megabyte of anything.
const number = "\\d{1,7}";
// "line" in the languages that explanations are mostly written in.
const line = "(?:lines?|linhas?|líneas?|lignes?|zeilen?|righe|riga|regels?|rader|rad|строк[аиу]?)";
const until = "\\s{0,2}(?:[-–—]|to|through|and|until|até|ao?|e|hasta|y|à|au|et|bis|und|al?|tot|en|till?|och|по|и)\\s{0,2}";
const placed = new RegExp(
  [
    `:(?<from>${number})(?:[-–](?<to>${number})|:${number})?(?!\\w|\\.\\d)`, // main.go:12, a.ts:3:7, b.py:10-14
    `(?<![\\p{L}\\p{N}_])${line}\\s{1,2}(?<lineFrom>${number})(?:${until}(?:${line}\\s{1,2})?(?<lineTo>${number}))?(?!\\d|[.,]\\d)`,
    `第?\\s{0,2}(?<signFrom>${number})(?:\\s{0,2}[-–~〜至到]\\s{0,2}(?<signTo>${number}))?\\s{0,2}行目?`,
  ].join("|"),
  "giu",
);

/**
 * Finds the places that a text mentions. A line alone is meant of the explained document, which has so many lines: a greater number
 * means something else.
 */
export function mentions(text: string, lineCount: number): Piece[] {
  const pieces: Piece[] = [];
  let plain = 0;
  for (const match of text.matchAll(placed)) {
    const groups = match.groups ?? {};
    const path = groups.from === undefined ? "" : pathBefore(text, match.index);
    const from = Number(groups.from ?? groups.lineFrom ?? groups.signFrom);
    const to = Number(groups.to ?? groups.lineTo ?? groups.signTo ?? from);
    const start = match.index - path.length;
    const named = groups.from !== undefined;
    if (from < 1 || to < from || start < plain || (named ? !isFile(path) : to > lineCount)) {
      continue;
    }
    pieces.push(text.slice(plain, start), { text: path + match[0], mention: named ? { path, from, to } : { from, to } });
    plain = start + path.length + match[0].length;
  }
  pieces.push(text.slice(plain));
  return pieces.filter((piece) => piece !== "");
}

const longestPath = 200;

/** The characters before a colon that may be a path. */
function pathBefore(text: string, colon: number): string {
  let start = colon;
  while (start > 0 && colon - start <= longestPath && /[\p{L}\p{N}_.@+\\/-]/u.test(text.charAt(start - 1))) {
    start--;
  }
  return text.slice(start, colon);
}

/** A relative path whose file has an extension. */
function isFile(path: string): boolean {
  return path.length <= longestPath && /^[^\\/]/.test(path) && /(?:^|[\\/])[^\\/]*\.\p{L}\w{0,9}$/u.test(path);
}
