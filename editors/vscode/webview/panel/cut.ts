// Where a text is cut off, marks are still open: without more, half a bold would show its asterisks until the rest has come.

/** A text of Markdown without blocks that is cut off at its end: the marks that are open there are closed, half of one is left out. */
export function closed(text: string): string {
  const cut = text.replace(/[*_~`]+$/, "").replace(/\[([^[\]]*)\]\([^()\s]*$/, "$1").trimEnd();
  const open: string[] = [];
  for (const { 0: mark, index } of cut.matchAll(/\\.|`+|\*+|_+|~~/gs)) {
    const [before, after] = [cut[index - 1] ?? " ", cut[index + mark.length] ?? " "];
    const inside = open.at(-1);
    if (inside?.startsWith("`")) {
      if (mark === inside) {
        open.pop();
      }
    } else if (mark === inside && /\S/.test(before)) {
      open.pop();
    } else if (mark.startsWith("`") || (!mark.startsWith("\\") && /[\s\p{P}]/u.test(before) && /\S/.test(after))) {
      open.push(mark);
    }
  }
  return cut + open.reverse().join("");
}
