import type { ElementContent, RootContent } from "hast";
import bash from "highlight.js/lib/languages/bash";
import c from "highlight.js/lib/languages/c";
import cpp from "highlight.js/lib/languages/cpp";
import csharp from "highlight.js/lib/languages/csharp";
import css from "highlight.js/lib/languages/css";
import dart from "highlight.js/lib/languages/dart";
import diff from "highlight.js/lib/languages/diff";
import dockerfile from "highlight.js/lib/languages/dockerfile";
import elixir from "highlight.js/lib/languages/elixir";
import go from "highlight.js/lib/languages/go";
import haskell from "highlight.js/lib/languages/haskell";
import ini from "highlight.js/lib/languages/ini";
import java from "highlight.js/lib/languages/java";
import javascript from "highlight.js/lib/languages/javascript";
import json from "highlight.js/lib/languages/json";
import kotlin from "highlight.js/lib/languages/kotlin";
import lua from "highlight.js/lib/languages/lua";
import makefile from "highlight.js/lib/languages/makefile";
import perl from "highlight.js/lib/languages/perl";
import php from "highlight.js/lib/languages/php";
import powershell from "highlight.js/lib/languages/powershell";
import protobuf from "highlight.js/lib/languages/protobuf";
import python from "highlight.js/lib/languages/python";
import r from "highlight.js/lib/languages/r";
import ruby from "highlight.js/lib/languages/ruby";
import rust from "highlight.js/lib/languages/rust";
import scala from "highlight.js/lib/languages/scala";
import scss from "highlight.js/lib/languages/scss";
import sql from "highlight.js/lib/languages/sql";
import swift from "highlight.js/lib/languages/swift";
import typescript from "highlight.js/lib/languages/typescript";
import xml from "highlight.js/lib/languages/xml";
import yaml from "highlight.js/lib/languages/yaml";
import { createLowlight } from "lowlight";

const grammars = createLowlight({
  bash, c, cpp, csharp, css, dart, diff, dockerfile, elixir, go, haskell, ini, java, javascript, json, kotlin, lua, makefile, perl, php,
  powershell, protobuf, python, r, ruby, rust, scala, scss, sql, swift, typescript, xml, yaml,
});
// As VS Code calls them.
grammars.registerAlias({ bash: "shellscript", javascript: "javascriptreact", typescript: "typescriptreact", protobuf: "proto", cpp: "cuda-cpp" });

const longest = 50_000; // characters; a longer block stays plain, it would hold up the page

/** Code as nodes, in colours where the language is known. The nodes are spans of text: nothing is parsed as HTML. */
export function highlighted(code: string, language: string): Node[] {
  if (code.length > longest || !grammars.registered(language)) {
    return [document.createTextNode(code)];
  }
  return grammars.highlight(language, code).children.flatMap(nodeOf);
}

function nodeOf(content: RootContent | ElementContent): Node[] {
  switch (content.type) {
    case "text":
      return [document.createTextNode(content.value)];
    case "element": {
      const span = document.createElement("span");
      span.className = String(content.properties.className);
      span.append(...content.children.flatMap(nodeOf));
      return [span];
    }
  }
  return [];
}
