// The pictures of the extension's README: the three uses, as somebody sees them who has not got Sopro yet.

import { answered, answerIs } from "../panel.ts";
import type { Scenario } from "../story.ts";

const greet = (body: string) =>
  `package greet\n\n// Longest returns the longest name.\nfunc Longest(names []string) string {\n${body}}\n`;
const loop = "\tlongest := \"\"\n\tfor _, name := range names {\n\t\tif len(name) > len(longest) {\n\t\t\tlongest = name\n\t\t}\n\t}\n\treturn longest\n";

const explanation = [
  "`Longest` looks at each name **once** and keeps the longest so far:",
  "",
  "1. It begins with an empty string, on line 5.",
  "2. A name that is longer takes its place.",
  "",
  "Of names of the same length the first wins.",
].join("\n");

export const pictures: Scenario[] = [
  {
    name: "a completion",
    async play({ sim, window, picture }) {
      await window.command("workbench.action.closeSidebar");
      await sim.fill({ when: "range names \\{\n\t\t$", text: "if len(name) > len(longest) {\n\t\t\tlongest = name\n\t\t}" });
      await window.edit("greet.go", greet("\tlongest := \"\"\n\tfor _, name := range names {█}\n\treturn longest\n"));
      await window.press("Enter");
      await window.ghostIs("if len(name) > len(longest) {\n            longest = name\n        }");
      await picture("readme-ghost", 272);
    },
  },
  {
    name: "an explanation",
    async play({ sim, window, picture }) {
      await sim.chat({ when: "", text: explanation });
      const text = greet(loop);
      window.write("names.go", text);
      await window.open("names.go", [[text.indexOf("func"), text.length - 1]]);
      await window.press("Shift+Alt+E");
      await answerIs(window, /the first wins\.$/);
      await answered(window);
      await picture("readme-explain", 400);
    },
  },
  {
    name: "code for a comment",
    async play({ sim, window, picture }) {
      const code = greet(loop).slice(greet(loop).indexOf("func"), -1);
      await sim.chat({ when: "Longest returns", text: "```go\n" + code + "\n```\n" });
      await window.edit("longest.go", "package greet\n\n// Longest returns the longest name.█\n");
      await window.press("Shift+Alt+G");
      await window.ghostIs(code.replaceAll("\t", "    "));
      await window.page.locator(".codelens-decoration", { hasText: "Accept" }).waitFor();
      await picture("readme-generate", 290);
    },
  },
];
