// Compares docs/dependencies.md with every package.json: each direct dependency has its reason there, and no other has.
import { readFileSync } from "node:fs";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { workspaces } from "./workspaces.js";

const packages = workspaces(fileURLToPath(new URL("..", import.meta.url)));
const ours = new Set(packages.map(({ manifest }) => manifest.name));
const used = new Set(
  packages.flatMap(({ manifest }) => directDependencies(manifest)).filter((name) => !ours.has(name)),
);

const document = readFileSync(new URL("../docs/dependencies.md", import.meta.url), "utf8");
const explained = [...document.matchAll(/^\| `([^`]+)` +\|/gm)].map(([, name]) => name);

const faults = [
  ...[...used].filter((name) => !explained.includes(name)).map((name) => `${name} has no reason`),
  ...explained.filter((name) => !used.has(name)).map((name) => `${name} is no direct dependency any more`),
  ...explained.filter((name, index) => explained.indexOf(name) !== index).map((name) => `${name} is listed twice`),
];
for (const fault of faults) console.error(`docs/dependencies.md: ${fault}`);
process.exitCode = faults.length === 0 ? 0 : 1;

function directDependencies({ dependencies, devDependencies, peerDependencies, optionalDependencies }) {
  return Object.keys({ ...dependencies, ...devDependencies, ...peerDependencies, ...optionalDependencies });
}
