import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export const repository = fileURLToPath(new URL("../..", import.meta.url));

/**
 * A folder with what a clone of this repository would hold: every file that git tracks, or would with `git add`, and so
 * nothing installed and nothing built. Removed when the test ends.
 */
export function freshCopy(): string {
  const folder = mkdtempSync(join(tmpdir(), "interview-proxy-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const file of clonedFiles()) cpSync(join(repository, file), join(folder, file));
  return folder;
}

function clonedFiles(): string[] {
  const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: repository,
    encoding: "utf8",
  });
  // A file that was deleted but not yet staged is still listed.
  return listed.split("\0").filter((file) => file !== "" && existsSync(join(repository, file)));
}
