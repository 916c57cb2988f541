// The panel of explanations, from outside: the page within a page within the page.

import type { Frame, FrameLocator } from "playwright-core";
import { until } from "./wait.ts";
import type { Window } from "./window.ts";

const outer = 'iframe.webview[src*="extensionId=sopro.sopro"]';

/** What stands in the panel. */
export function panel(window: Window): FrameLocator {
  return window.page.frameLocator(outer).frameLocator("#active-frame");
}

/** The panel's own frame, once its page is there. */
export async function panelFrame(window: Window): Promise<Frame> {
  await panel(window).locator("main").waitFor();
  const handle = await window.page.locator(outer).elementHandle();
  const frame = (await handle!.contentFrame())!;
  return frame.childFrames()[0]!;
}

/** Waits until the last answer of the panel is whole, was stopped or failed. */
export async function answered(window: Window): Promise<void> {
  await panel(window).getByRole("button", { name: /^(Copy all|Copiar tudo)$/ }).waitFor();
}

/** Waits until the last answer says this, and what comes after it is not there yet. */
export async function answerIs(window: Window, text: RegExp): Promise<void> {
  const last = panel(window).locator(".answer").last();
  await until(`an answer that says ${text}`, async () => {
    const says = await last.innerText();
    if (!text.test(says)) {
      throw new Error(says);
    }
    return true;
  });
}
