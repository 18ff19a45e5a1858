import type Database from "libsql";
import AsyncDatabase from "libsql/promise";

/** How often it is looked whether there is enough to move, in milliseconds. */
const LOOK_EVERY_MS = 250;

/** Rows that were changed since the last time. Each is some pages of the log, so that it has about a thousand by then. */
const ENOUGH_CHANGES = 250;

/** Pages of the log, of 4 KiB, at which SQLite moves them by itself, should the other connection fail or not keep up. */
const TOO_MANY_PAGES = 8000;

/**
 * Moves what the log of a file holds into the file, now and then, on a connection of its own whose work is done in another thread.
 * It waits for the disk, and would stop this one for as long: each 55th connect for 10 ms and more (measured). Returns what
 * ends it.
 */
export function moveLog(file: Database.Database, path: string): () => void {
  file.pragma(`wal_autocheckpoint = ${TOO_MANY_PAGES}`);
  const mover = new AsyncDatabase(path, {});
  const changes = file.prepare("select total_changes() as changes");
  let moved = 0;
  let isMoving = false;
  const move = async (): Promise<void> => {
    const { changes: made } = changes.get() as { readonly changes: number };
    if (isMoving || made - moved < ENOUGH_CHANGES) return;
    isMoving = true;
    try {
      // Waits for nobody: what a reader still needs is left for the next time.
      await mover.exec("pragma wal_checkpoint(passive)");
      moved = made;
    } catch {
      // SQLite does it by itself then.
    } finally {
      isMoving = false;
    }
  };
  const timer = setInterval(() => void move(), LOOK_EVERY_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    mover.close();
  };
}
