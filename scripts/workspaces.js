import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Every package of the repository, the root first: its folder, relative to the root, and its package.json. */
export function workspaces(root) {
  const rootManifest = readManifest(root, ".");
  const folders = rootManifest.workspaces.flatMap((pattern) => expand(root, pattern));
  return [".", ...folders].map((folder) => ({ folder, manifest: readManifest(root, folder) }));
}

/** npm's workspace patterns, of which only `folder` and `folder/*` are used here. */
function expand(root, pattern) {
  if (!pattern.endsWith("/*")) return [pattern];
  const parent = pattern.slice(0, -2);
  return readdirSync(join(root, parent)).map((name) => `${parent}/${name}`);
}

function readManifest(root, folder) {
  return JSON.parse(readFileSync(join(root, folder, "package.json"), "utf8"));
}
