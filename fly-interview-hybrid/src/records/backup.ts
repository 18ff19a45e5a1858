import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";

/** Port: how the records of one address survive the loss of their machine. */
export interface BackupPort {
  /** Writes all records, as they are at one moment, into this empty file; the proxy may go on meanwhile. */
  backUp(file: string): Promise<void>;
  /** Makes the records of this file those of the address, where there are none. Throws {@link BackupError}. */
  restore(file: string): Promise<void>;
}

/** A backup cannot be made or restored. The message says why, and what to do. */
export class BackupError extends Error {
  constructor(message: string, cause?: unknown) {
    super(message, { cause });
    this.name = new.target.name;
  }
}

/** Lets a new file appear whole or not at all, readable by its owner alone: it holds what was said. */
export async function writeWhole(file: string, write: (path: string) => Promise<void>): Promise<void> {
  if (existsSync(file)) throw new BackupError(`${file} is there already. Name a new file.`);
  const part = `${file}.part`;
  rmSync(part, { force: true });
  try {
    closeSync(openSync(part, "wx", 0o600));
    await write(part);
    flush(part);
    renameSync(part, file);
  } catch (error) {
    rmSync(part, { force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "ENOENT" && code !== "EACCES" && code !== "ENOSPC") throw error;
    throw new BackupError(`${file} cannot be written (${code}).`, error);
  }
}

/** Root may restore for a server that runs as somebody else, whose folder it is. */
export function ownAsFolder(path: string): void {
  chmodSync(path, 0o600);
  if (process.getuid?.() !== 0) return;
  const { uid, gid } = statSync(dirname(path));
  chownSync(path, uid, gid);
}

function flush(path: string): void {
  const file = openSync(path, "r+");
  fsyncSync(file);
  closeSync(file);
}
