// Copies the libraries of the console from node_modules, byte for byte, and notes what they are: `make console-vendor`.
// With --check it copies nothing, and fails if anything of it differs.

import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const target = join(here, "..", "emulator", "console", "static", "vendor");

// Which file of which package becomes which file.
const FILES = {
  preact: { "dist/preact.mjs": "preact.js", "hooks/dist/hooks.mjs": "preact-hooks.js", LICENSE: "preact.LICENSE.txt" },
  htm: { "dist/htm.module.js": "htm.js", LICENSE: "htm.LICENSE.txt" },
  "@preact/signals": { "dist/signals.mjs": "signals.js", LICENSE: "signals.LICENSE.txt" },
  "@preact/signals-core": { "dist/signals-core.mjs": "signals-core.js", LICENSE: "signals-core.LICENSE.txt" },
  "@dagrejs/dagre": { "dist/dagre.esm.js": "dagre.js", LICENSE: "dagre.LICENSE.txt" },
  "@dagrejs/graphlib": { LICENSE: "graphlib.LICENSE.txt" }, // it is in dagre.js
};

const lock = JSON.parse(readFileSync(join(here, "package-lock.json"), "utf8")).packages;
const files = new Map();
const packages = {};
for (const [name, copied] of Object.entries(FILES)) {
  const { version, integrity, license } = lock[`node_modules/${name}`];
  const hashes = {};
  for (const [source, copy] of Object.entries(copied)) {
    const content = readFileSync(join(here, "node_modules", name, source));
    files.set(copy, content);
    hashes[copy] = createHash("sha256").update(content).digest("hex");
  }
  packages[name] = { version, integrity, license, files: hashes };
}
files.set("packages.json", Buffer.from(`${JSON.stringify(packages, null, 2)}\n`));

if (process.argv.includes("--check")) {
  const wrong = [...files].filter(([name, content]) => !readFileSync(join(target, name)).equals(content));
  if (wrong.length) {
    console.error(`Not as in the lock: ${wrong.map(([name]) => name).join(", ")}. Run make console-vendor.`);
    process.exit(1);
  }
} else {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  for (const [name, content] of files) writeFileSync(join(target, name), content);
}
