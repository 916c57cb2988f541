// Where else than in an ordinary file a completion is wanted.

import type { Scenario } from "../story.ts";
import { until } from "../wait.ts";

export const places: Scenario[] = [
  {
    name: "several cursors",
    async play({ sim, window, picture }) {
      await sim.fill({ when: "= $", text: "nil" });
      await window.edit("cursors.go", "package main\n\nfunc clear() {\n\ta █\n\tb █\n}\n");
      await window.type("= ");
      await window.ghostIs("nil\nnil");
      await picture();
      await window.press("Tab");
      await window.saved("cursors.go", "package main\n\nfunc clear() {\n\ta = nil\n\tb = nil\n}\n");
    },
  },
  {
    name: "a notebook's cell",
    async play({ sim, window, picture }) {
      await sim.fill({ when: "def add\\(a, b\\):\\n +return $", text: "a + b" });
      const cell = (source: string[]) => ({ cell_type: "code", execution_count: null, id: "one", metadata: {}, outputs: [], source });
      const notebook = { cells: [cell(["def add(a, b):\n", "    "])], metadata: { language_info: { name: "python" } }, nbformat: 4, nbformat_minor: 5 };
      window.write("cell.ipynb", JSON.stringify(notebook));
      await window.driver.run(async (vscode, file) => {
        const document = await vscode.workspace.openNotebookDocument(vscode.Uri.file(file));
        await vscode.window.showNotebookDocument(document);
      }, window.path("cell.ipynb"));
      await window.page.locator(".notebookOverlay .cell-editor-container").first().click();
      await window.editing("cell.ipynb");
      await window.press("Control+End");
      await window.type("return ");
      await window.ghostIs("a + b");
      await picture();
      await window.press("Tab");
      await window.press("Control+s");
      await until("the saved cell", () => {
        const { cells } = JSON.parse(window.disk("cell.ipynb")) as typeof notebook;
        return cells[0]!.source.join("") === "def add(a, b):\n    return a + b";
      });
    },
  },
  {
    name: "a file without a name",
    async play({ sim, window }) {
      await sim.fill({ when: "return $", text: "a + b" });
      await window.driver.run(async (vscode) => {
        const document = await vscode.workspace.openTextDocument({ language: "python", content: "def add(a, b):\n    " });
        const editor = await vscode.window.showTextDocument(document);
        editor.selection = new vscode.Selection(1, 4, 1, 4);
        await vscode.commands.executeCommand("setContext", "e2e", true);
      });
      await window.focused();
      await window.command("editor.action.inlineSuggest.trigger"); // see Window.editing
      await window.type("return ");
      await window.ghostIs("a + b");
      await window.press("Tab");
      await window.textIs("def add(a, b):\n    return a + b");
    },
  },
  {
    name: "the new side of a diff",
    async play({ sim, window, picture }) {
      await sim.fill({ when: "return $", text: "a + b" });
      window.write("old.py", "def add(a, b):\n    pass\n");
      window.write("new.py", "def add(a, b):\n    \n");
      await window.driver.run(
        async (vscode, left, right) => {
          await vscode.commands.executeCommand("vscode.diff", vscode.Uri.file(left), vscode.Uri.file(right), "difference");
        },
        window.path("old.py"),
        window.path("new.py"),
      );
      await window.editing("new.py");
      await window.press("End");
      await window.type("return ");
      await window.ghostIs("a + b");
      await picture();
      await window.press("Tab");
      await window.saved("new.py", "def add(a, b):\n    return a + b\n");
    },
  },
];
