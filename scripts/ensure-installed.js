// Runs before the root `dev`: installs what is missing, so that a fresh clone needs no extra command.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { workspaces } from "./workspaces.js";

const root = fileURLToPath(new URL("..", import.meta.url));

const missing = findMissing();
if (missing !== undefined) {
  console.log(`${missing} is not installed; running npm install …`);
  const { status } = spawnSync("npm", ["install"], { cwd: root, stdio: "inherit" });
  process.exitCode = status ?? 1;
}

/** The first package that some workspace needs and cannot find, or undefined. */
function findMissing() {
  for (const { folder, manifest } of workspaces(root)) {
    const needed = Object.keys({ ...manifest.dependencies, ...manifest.devDependencies });
    const missingHere = needed.find((name) => !isInstalled(name, join(root, folder)));
    if (missingHere !== undefined) return missingHere;
  }
  return undefined;
}

/** npm puts what a workspace needs into the root's `node_modules`, or into its own where versions differ. */
function isInstalled(name, folder) {
  return [folder, root].some((place) => existsSync(join(place, "node_modules", name)));
}
