import { execFileSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** More than all records of a run. */
const MIB = 256;

/** A disk of its own, which can be full. Needs Linux, and the right to mount. */
export interface SmallDisk {
  readonly folder: string;
  /** Nothing more can be written. */
  fill(): Promise<void>;
  free(): Promise<void>;
  remove(): Promise<void>;
}

/** Undefined where this process may not mount. */
export async function mountSmallDisk(): Promise<SmallDisk | undefined> {
  const folder = await mkdtemp(join(tmpdir(), "small-disk-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", `size=${MIB}m`, "tmpfs", folder], { stdio: "ignore" });
  } catch {
    await rm(folder, { recursive: true });
    return undefined;
  }
  const filler = join(folder, "filler");
  return {
    folder,
    async fill() {
      // It fails when the disk is full, with all that fits written.
      await writeFile(filler, Buffer.alloc(MIB * 1024 * 1024)).catch(() => undefined);
    },
    free: () => rm(filler, { force: true }),
    async remove() {
      // SQLite's library lets go of a file only when its process ends.
      execFileSync("umount", ["--lazy", folder]);
      await rm(folder, { recursive: true });
    },
  };
}
