import { accessSync, constants, existsSync, statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import Database from "libsql";
import type { RecordsProbe } from "../probe.ts";
import { pathOf } from "./database.ts";

/** A disk with less room, in bytes, is about to be full: a thousand interviews of half an hour take 75 MB (measured). */
const LEAST_ROOM = 100_000_000;

/** Reads a file of records, whether a proxy uses it or not. Throws where it cannot be read. */
export function probeSqlite(location: string): RecordsProbe {
  const path = pathOf(location);
  if (path === ":memory:") return { found: "in memory: all is lost when the process ends" };
  const folder = existingFolder(path);
  if (!statSync(folder).isDirectory() || !canWrite(folder)) {
    return { found: `in ${folder} no file can be made`, problem: "Make it a folder of the user that runs the proxy." };
  }
  const room = statfsSync(folder);
  if (room.bavail * room.bsize < LEAST_ROOM) {
    return { found: `the disk of ${folder} is almost full`, problem: "Make room, or enlarge the volume." };
  }
  if (!existsSync(path)) return { found: `a file will be made in ${folder}` };
  if (!canWrite(path))
    return { found: `${path} cannot be written`, problem: "Give it to the user that runs the proxy." };
  const file = new Database(path, { readonly: true });
  try {
    const { count } = file.prepare("select count(*) as count from sessions").get() as { readonly count: number };
    return { found: `${count} sessions in ${Math.ceil(statSync(path).size / 1_000_000)} MB of SQLite` };
  } finally {
    file.close();
  }
}

/** The folder in which the file is, or will be made with folders of its own. */
function existingFolder(path: string): string {
  let folder = dirname(path);
  while (!existsSync(folder)) folder = dirname(folder);
  return folder;
}

function canWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
