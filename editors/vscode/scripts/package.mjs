// Makes bin/sopro-TARGET.vsix of the repository: the extension, bundled anew, with the server inside. Needs nothing but what npm
// ci installed, and the built server.
//
//   npm run package [TARGET]     TARGET is this machine's own unless it is named
//   SOPRO_BINARY=path            takes the server from there
import { createVSIX } from "@vscode/vsce";
import { chmodSync, copyFileSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const repository = join(root, "..", "..");
const largestBundle = 1 << 20; // bytes, without the server

/** What the server is built with for a target, elsewhere. The grammars are written in C, so that Go alone does not do. */
const targets = {
  "linux-x64": "GOOS=linux GOARCH=amd64 CC=x86_64-linux-gnu-gcc CXX=x86_64-linux-gnu-g++",
  "linux-arm64": "GOOS=linux GOARCH=arm64 CC=aarch64-linux-gnu-gcc CXX=aarch64-linux-gnu-g++",
  "darwin-x64": "GOOS=darwin GOARCH=amd64 CC=o64-clang CXX=o64-clang++",
  "darwin-arm64": "GOOS=darwin GOARCH=arm64 CC=oa64-clang CXX=oa64-clang++",
  "win32-x64": "GOOS=windows GOARCH=amd64 CC=x86_64-w64-mingw32-gcc CXX=x86_64-w64-mingw32-g++",
};

function fail(message) {
  console.error(`package: ${message}`);
  process.exit(1);
}

/** Where the server for a target is. */
function serverFor(target, here) {
  const named = process.env.SOPRO_BINARY;
  if (named) {
    return existsSync(named) ? named : fail(`SOPRO_BINARY names ${named}, which is not there`);
  }
  if (target !== here) {
    fail(
      `the server for ${target} is not built here. Build it on such a machine (make build), or with a cross compiler for C and C++:\n` +
        `  CGO_ENABLED=1 ${targets[target]} go build -o FILE ./cmd/sopro\nand name it: SOPRO_BINARY=FILE`,
    );
  }
  const built = join(repository, "bin", here === "win32-x64" ? "sopro.exe" : "sopro");
  return existsSync(built) ? built : fail(`${built} is not there: make build`);
}

const here = `${process.platform}-${process.arch}`;
const target = process.argv[2] ?? here;
if (!(target in targets)) {
  fail(`${target} is no target: ${Object.keys(targets).join(", ")}`);
}
const server = serverFor(target, here);
await import("./build.mjs");

// Made in a folder of its own and then moved, so that nobody ever finds half a package.
const stage = mkdtempSync(join(tmpdir(), "sopro-vsix-"));
const out = join(repository, "bin", `sopro-${target}.vsix`);
const manifest = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
try {
  for (const part of manifest.files.filter((part) => existsSync(join(root, part)))) {
    cpSync(join(root, part), join(stage, part), { recursive: true });
  }
  copyFileSync(join(repository, "LICENSE"), join(stage, "LICENSE"));
  writeFileSync(join(stage, "package.json"), JSON.stringify({ ...manifest, scripts: {}, devDependencies: {} }, null, 2));
  const program = join(stage, "bin", target.startsWith("win32") ? "sopro.exe" : "sopro");
  rmSync(dirname(program), { recursive: true, force: true });
  mkdirSync(dirname(program));
  copyFileSync(server, program);
  chmodSync(program, 0o755);
  const made = join(stage, "made.vsix");
  await createVSIX({ cwd: stage, packagePath: made, target, dependencies: false, allowMissingRepository: true, rewriteRelativeLinks: false });
  mkdirSync(dirname(out), { recursive: true });
  copyFileSync(made, `${out}.new`);
  renameSync(`${out}.new`, out);
} finally {
  rmSync(stage, { recursive: true, force: true });
}

const dist = join(root, "dist");
const bundle = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
const kilobytes = (bytes) => `${Math.ceil(bytes / 1024)} KB`;
console.log(`sopro ${manifest.version} for ${target}: ${out}`);
console.log(`bundle ${kilobytes(bundle)}, server ${kilobytes(statSync(server).size)}, package ${kilobytes(statSync(out).size)}`);
if (bundle > largestBundle) {
  fail(`the bundle is larger than ${kilobytes(largestBundle)}`);
}
