// What can be clicked beside the code: the panel's buttons, its links, and what notifications say.

import assert from "node:assert/strict";
import { answered, panel } from "../panel.ts";
import type { Scenario } from "../story.ts";
import { until } from "../wait.ts";

const code = "package main\n\n// double returns x, twice.\n\nfunc half(x int) int {\n\treturn x / 2\n}\n";
const half = code.slice(code.indexOf("func half"), -1);

export const clicks: Scenario[] = [
  {
    name: "code for an explained selection goes below it, and the panel stays beside",
    async play({ sim, window }) {
      await sim.chat({ when: "", text: "Shorter:\n\n```go\nvar half = 0.5\n```\n" });
      window.write("below.go", code);
      await window.open("below.go", [[code.indexOf("func half"), code.length - 1]]);
      await window.press("Shift+Alt+E");
      await answered(window);
      await panel(window).getByRole("button", { name: "Insert into the editor" }).click();
      await window.textIs(code.replace(half, `${half}\nvar half = 0.5`));
      const beside = () =>
        window.driver.run((vscode) => {
          const panels = vscode.window.tabGroups.all.flatMap((group) => group.tabs.filter((tab) => tab.input instanceof vscode.TabInputWebview).map(() => group.viewColumn));
          return panels.length === 1 && panels[0] !== vscode.window.activeTextEditor?.viewColumn;
        });
      assert.ok(await beside());
      await window.command("workbench.action.joinAllGroups"); // a person puts all into one group
      await window.command("workbench.action.focusFirstEditorGroup");
      await window.driver.run((vscode, file) => vscode.window.showTextDocument(vscode.Uri.file(file)).then(() => undefined), window.path("below.go"));
      await window.select(code.indexOf("func half"), code.indexOf("{"));
      await window.press("Shift+Alt+E");
      await until("the panel beside the code", beside);
    },
  },
  {
    name: "a link of a model is shown before it is opened, and none leads into this machine",
    async play({ sim, window, picture }) {
      await sim.chat({ when: "", text: "See [the docs](http://localhost:5999/x?y=1) and [more](https://example.org/a?b=c)." });
      window.write("links.go", code);
      await window.open("links.go", [[code.indexOf("func half"), code.length - 1]]);
      await window.press("Shift+Alt+E");
      await answered(window);
      const pages = () => window.page.context().pages().length;
      const before = pages();
      await panel(window).getByRole("link", { name: "the docs" }).click();
      await until("a refusal", async () => (await window.messages()).some((text) => text.includes("Not opened, since it leads into your own network: http://localhost:5999/x?y=1")));
      await panel(window).getByRole("link", { name: "more" }).click();
      const dialog = window.page.locator(".monaco-dialog-box", { hasText: "https://example.org/a?b=c" });
      await dialog.waitFor();
      await picture();
      await dialog.getByRole("button", { name: "Cancel", exact: true }).click();
      await dialog.waitFor({ state: "detached" });
      assert.equal(pages(), before, "nothing was opened");
    },
  },
  {
    name: "a file of the repository puts no link into a notification",
    async play({ window }) {
      await window.edit("toast.go", "package main\n█");
      await window.put(".sopro.toml", '"[Sopro needs an update: install](command:workbench.action.files.newUntitledFile)" = 1\n');
      try {
        const toast = window.page.locator(".notifications-toasts .notification-list-item", { hasText: "Sopro needs an update" });
        await toast.waitFor();
        assert.equal(await toast.locator(".notification-list-item-message a").count(), 0, await toast.innerHTML());
      } finally {
        await window.put(".sopro.toml", undefined);
      }
    },
  },
];
