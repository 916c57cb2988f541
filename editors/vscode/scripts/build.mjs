// Bundles the extension into dist/: extension.js for the extension host, and what lies in webview/ for the panel, one file
// for each *.ts and *.css there. `--watch` goes on as files change.
import * as esbuild from "esbuild";
import { existsSync, readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const watch = process.argv.includes("--watch");

/** @type {esbuild.BuildOptions} */
const common = {
  absWorkingDir: root,
  bundle: true,
  minify: !watch,
  sourcemap: watch ? "inline" : false,
  legalComments: "none",
  logLevel: "warning",
};

const builds = [
  // VS Code 1.91 has Node 20.
  { ...common, entryPoints: ["src/extension.ts"], outfile: "dist/extension.js", platform: "node", format: "cjs", target: "node20", external: ["vscode"] },
];
const panel = existsSync(join(root, "webview")) ? readdirSync(join(root, "webview")).filter((name) => /(?<!\.d|\.test)\.(ts|css)$/.test(name)) : [];
if (panel.length > 0) {
  builds.push({ ...common, entryPoints: panel.map((name) => `webview/${name}`), outdir: "dist/webview", platform: "browser", format: "iife", target: "chrome122" });
}

rmSync(join(root, "dist"), { recursive: true, force: true });
for (const options of builds) {
  if (watch) {
    await (await esbuild.context(options)).watch();
  } else {
    await esbuild.build(options);
  }
}
