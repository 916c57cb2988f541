import type { Said, Told } from "../src/explain/messages";
import { View } from "./panel/view";

declare function acquireVsCodeApi(): { postMessage(message: Said): void };

const editor = acquireVsCodeApi();
const view = new View(
  document.body,
  (said) => {
    editor.postMessage(said);
  },
  (paint) => {
    requestAnimationFrame(paint);
  },
);
window.addEventListener("message", (event: MessageEvent<Told>) => {
  view.told(event.data);
});
editor.postMessage({ type: "ready" });
