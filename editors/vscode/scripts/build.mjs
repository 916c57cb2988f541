// Bundles the extension into dist/: extension.js for the extension host, and what lies in webview/ for the panel, one file
// for each *.ts and *.css there. `--watch` goes on as files change.
import * as esbuild from "esbuild";
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
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
  legalComments: "none", // they are in dist/notices.txt
  metafile: true,
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

/** The licences of the packages that the bundles have code of. */
function notices(inputs) {
  const folders = new Set(inputs.map((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0]).filter(Boolean));
  const texts = [...folders].sort().map((folder) => {
    const { name, version, license } = JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
    const file = readdirSync(join(root, folder)).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
    return `${name} ${version} (${license})\n\n${file ? readFileSync(join(root, folder, file), "utf8").trim() : ""}\n`;
  });
  return `This extension contains code of these packages.\n\n${texts.join(`\n${"-".repeat(80)}\n\n`)}`;
}

rmSync(join(root, "dist"), { recursive: true, force: true });
const inputs = [];
for (const options of builds) {
  if (watch) {
    await (await esbuild.context(options)).watch();
  } else {
    const { metafile } = await esbuild.build(options);
    inputs.push(...Object.keys(metafile.inputs));
  }
}
if (!watch) {
  writeFileSync(join(root, "dist", "notices.txt"), notices(inputs));
}
