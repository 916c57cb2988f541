import fs from "node:fs";
import path from "node:path";
import { suite } from "./workbench.ts";

/** The pictures of the extension's README: what they are called, and among the kept ones. */
const pictures = ["ghost", "explain", "generate"];

/** Copies the pictures that the scenarios kept for the README to where the README has them. */
export function writePictures(shots: string): void {
  const media = path.resolve(suite, "../../media");
  for (const name of pictures) {
    fs.copyFileSync(path.join(shots, `readme-${name}.png`), path.join(media, `${name}.png`));
  }
}
