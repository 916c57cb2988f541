import { describe, expect, test } from "vitest";
import * as vscode from "vscode";
import { shownAction } from "../../src/action";
import { ProposalLenses } from "../../src/proposal/lens";
import { Proposal, type ServerEdit } from "../../src/proposal/proposal";

const uri = "file:///w/a.go";

/** A document that can be edited, as far as a proposal looks at one. */
class Document {
  version = 1;
  readonly uri = vscode.Uri.parse(uri);
  constructor(private text: string) {}

  positionAt(offset: number): vscode.Position {
    const lines = this.text.slice(0, offset).split("\n");
    return new vscode.Position(lines.length - 1, lines.at(-1)?.length ?? 0);
  }
  offsetAt({ line, character }: vscode.Position): number {
    return this.text.split("\n").slice(0, line).join("\n").length + (line > 0 ? 1 : 0) + character;
  }
  lineAt(line: number): { range: vscode.Range } {
    return { range: new vscode.Range(line, 0, line, this.text.split("\n")[line]?.length ?? 0) };
  }
  /** Replaces the first of something, and tells what changed. */
  replace(old: string, text: string): { rangeOffset: number; rangeLength: number; text: string } {
    const rangeOffset = this.text.indexOf(old);
    this.text = this.text.slice(0, rangeOffset) + text + this.text.slice(rangeOffset + old.length);
    this.version++;
    return { rangeOffset, rangeLength: old.length, text };
  }
}

const code = "func add() {\n}";
const edit = (newText = `\n${code}`, version: number | null = 1, of = uri): ServerEdit => ({
  documentChanges: [{ textDocument: { uri: of, version }, edits: [{ range: { start: { line: 2, character: 6 }, end: { line: 2, character: 6 } }, newText }] }],
});

/** A proposal for the comment on the third line. */
function propose(): { document: Document; proposal: Proposal } {
  const document = new Document("package a\n\n// add\n\nvar x int\n");
  const proposal = new Proposal(document as unknown as vscode.TextDocument, 1, new vscode.Range(2, 0, 2, 6));
  return { document, proposal };
}

describe("a proposal", () => {
  test("streams below its comment, and is accepted as the server made it", () => {
    const { proposal } = propose();
    expect([proposal.state, proposal.ghost, proposal.accepted]).toEqual(["writing", "", undefined]);
    proposal.text = "func add() {";
    expect([proposal.ghost, proposal.place]).toEqual(["\nfunc add() {", new vscode.Position(2, 6)]);
    proposal.finish(code, edit(`\n${code}\n`));
    expect([proposal.state, proposal.ghost]).toEqual(["ready", `\n${code}\n`]);
    expect(proposal.end).toBe("package a\n\n// add\n".length + code.length);
    expect(proposal.accepted).toEqual({ replaced: [{ uri, range: new vscode.Range(2, 6, 2, 6), text: `\n${code}\n` }] });
  });

  for (const [name, elsewhere] of [
    ["for another version", edit(undefined, 2)],
    ["for no version", edit(undefined, null)],
    ["for another document", edit(undefined, 1, "file:///w/b.go")],
  ] as const) {
    test(`is not accepted ${name}`, () => {
      const { proposal } = propose();
      proposal.finish(code, elsewhere);
      expect([proposal.state, proposal.ghost, proposal.accepted]).toEqual(["outdated", "", undefined]);
    });
  }

  test("is outdated by a change while it comes, and moves with its comment", () => {
    const { document, proposal } = propose();
    proposal.text = "func";
    expect(proposal.follow([document.replace("package a", "package a\n\nimport b")])).toBe(false);
    proposal.finish(code, edit());
    expect([proposal.state, proposal.ghost, proposal.accepted, proposal.top.line, proposal.place.line]).toEqual(["outdated", "", undefined, 4, 4]);
  });

  for (const [where, old, text, line] of [
    ["above", "package a", "package a\n\nimport b", 4],
    ["below", "var x int", "var x, y int", 2],
  ] as const) {
    test(`that is ready stays so where somebody writes ${where}, and goes where it now belongs`, () => {
      const { document, proposal } = propose();
      proposal.finish(code, edit());
      expect(proposal.follow([document.replace(old, text)])).toBe(false);
      expect([proposal.state, proposal.ghost, proposal.top.line]).toEqual(["ready", `\n${code}`, line]);
      expect(proposal.accepted).toEqual({ replaced: [{ uri, range: new vscode.Range(line, 6, line, 6), text: `\n${code}` }] });
    });
  }

  for (const [where, old, text] of [
    ["the comment", "add", "sub"],
    ["what stands before it on its line", "// add", "\t// add"],
    ["the place below it", "add\n", "add\n\n"],
  ] as const) {
    test(`that is ready is outdated by a change of ${where}`, () => {
      const { document, proposal } = propose();
      proposal.finish(code, edit());
      proposal.follow([document.replace(old, text)]);
      expect([proposal.state, proposal.ghost, proposal.accepted]).toEqual(["outdated", "", undefined]);
    });
  }

  test("is outdated from the beginning where the document changed on the way", () => {
    const { document } = propose();
    document.replace("a", "b");
    expect(new Proposal(document as unknown as vscode.TextDocument, 1, new vscode.Range(2, 0, 2, 6)).state).toBe("outdated");
  });

  test("knows when the editor itself put it in", () => {
    for (const [text, taken] of [[`// add\n${code}`, false], [`\n${code}`, true], [`\r\n${code.replace("\n", "\r\n")}`, true], ["\nfunc", false]] as const) {
      const { proposal } = propose();
      proposal.finish(code, edit());
      expect(proposal.follow([{ rangeOffset: 17, rangeLength: 0, text }]), text).toBe(taken);
    }
  });

  test("fails in words", () => {
    const { proposal } = propose();
    proposal.text = "func";
    proposal.fail("it does not parse");
    expect([proposal.state, proposal.error, proposal.ghost]).toEqual(["failed", "it does not parse", ""]);
  });
});

describe("above the comment stands what can be done", () => {
  for (const [state, change, said] of [
    ["while it comes", () => undefined, ["Sopro is writing…", "Stop → rejectProposal"]],
    ["when it is there", (p: Proposal) => { p.finish(code, edit()); }, ["Accept → acceptProposal", "Reject → rejectProposal", "Again → proposeAgain", "Show → showProposal"]],
    ["when it is outdated", (p: Proposal) => { p.follow([{ rangeOffset: 12, rangeLength: 1, text: "" }]); }, ["The document has changed: the proposal no longer fits", "Again → proposeAgain", "Dismiss → rejectProposal"]],
    ["when it failed", (p: Proposal) => { p.fail("No model answers"); }, ["No model answers", "Again → proposeAgain", "Dismiss → rejectProposal"]],
  ] as const) {
    test(state, () => {
      const { document, proposal } = propose();
      change(proposal);
      const lenses = new ProposalLenses(() => proposal).provideCodeLenses(document as unknown as vscode.TextDocument);
      expect(lenses.map(({ command }) => [command?.title.replace(/\$\(.*\)\u00a0/, ""), command?.command.replace("sopro.", "")].filter((part) => part !== "").join(" → "))).toEqual(said);
      expect(lenses.every(({ range }) => range.start.line === 2)).toBe(true);
    });
  }

  test("where there is a proposal", () => {
    expect(new ProposalLenses(() => undefined).provideCodeLenses(propose().document as unknown as vscode.TextDocument)).toEqual([]);
  });
});

describe("a code action of the server", () => {
  const explain = (): vscode.CodeAction => Object.assign(new vscode.CodeAction("Sopro: explain", vscode.CodeActionKind.Source), { command: { title: "Explain", command: "sopro.explain", arguments: [{ show: true }] } });
  const generate = (): vscode.CodeAction => new vscode.CodeAction("Sopro: generate code from this comment", vscode.CodeActionKind.RefactorRewrite);

  for (const [name, action, only, kind, command] of [
    ["explains, and stands in the lightbulb's menu", explain(), undefined, "explain", "sopro.explainSelection"],
    ["explains, and stands among the source actions", explain(), vscode.CodeActionKind.Source, "source", "sopro.explainSelection"],
    ["generates a proposal", generate(), undefined, "refactor.rewrite", "sopro.generateFromComment"],
  ] as const) {
    test(name, () => {
      const shown = shownAction(action, only) as vscode.CodeAction;
      expect([shown.kind?.value, shown.command?.command, shown.command?.arguments]).toEqual([kind, command, undefined]);
    });
  }

  test("that is not known stays what it is", () => {
    const other = new vscode.CodeAction("Fix", vscode.CodeActionKind.RefactorRewrite);
    expect(shownAction(other, undefined)).toBe(other);
    const command = { title: "x", command: "sopro.explain" };
    expect(shownAction(command, undefined)).toBe(command);
  });
});
