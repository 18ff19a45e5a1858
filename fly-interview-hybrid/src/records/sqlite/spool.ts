import { randomUUID } from "node:crypto";
import { accessSync, closeSync, constants, mkdirSync, openSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import Database from "libsql";
import { SettingError } from "../../config/config.ts";
import type { Logger } from "../../ops/log.ts";
import { PROXY_DIRECTORY } from "../../paths.ts";
import type { Spool, SpooledWrite, SpoolRoom } from "../spool.ts";

/** As many writes, and bytes of them, as a hundred interviews make in an hour: some eight turns a minute each, of half a KiB. */
const ROOM = { writes: 100_000, bytes: 64 * 1024 * 1024 };
/** How much more there is for ends of sessions, states of calls and resume tokens: one each is some 200 bytes. */
const RESERVE = { writes: 20_000, bytes: 8 * 1024 * 1024 };

const FILE = /^spool-.+\.db$/;

type Row = Pick<SpooledWrite, "position" | "kind" | "lane" | "body"> & { readonly isLeftOver: 0 | 1 };

/**
 * A spool in a file of this process's own in a folder, or in memory where there is no folder. Takes in what processes that
 * are gone have left in that folder; a file is a process's own for as long as it lives, because it holds its lock.
 */
export function openSpool(folder: string | undefined, log: Logger, room = ROOM): Spool {
  if (folder === undefined) return new FileSpool(":memory:", room);
  const path = resolve(PROXY_DIRECTORY, folder);
  const leftOver = prepareFolder(path);
  const file = join(path, `spool-${randomUUID()}.db`);
  // It will hold what was said, so nobody else may read it; SQLite gives its journal the same rights.
  closeSync(openSync(file, "wx", 0o600));
  const spool = new FileSpool(file, room);
  for (const other of leftOver) {
    try {
      spool.takeIn(other);
    } catch (error) {
      const isAlive = (error as { code?: unknown }).code === "SQLITE_BUSY";
      if (!isAlive)
        log.error({ err: error, file: other }, "what an earlier process has left to be written cannot be read");
    }
  }
  return spool;
}

/** Returns the files that are there. Throws {@link SettingError} where no others could be. */
function prepareFolder(path: string): readonly string[] {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    accessSync(path, constants.W_OK);
    return readdirSync(path).flatMap((name) => (FILE.test(name) ? [join(path, name)] : []));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new SettingError(`SPOOL_FOLDER must be a folder in which files can be written (${code ?? "unreadable"}).`);
  }
}

class FileSpool implements Spool {
  readonly #path: string;
  readonly #room: typeof ROOM;
  readonly #file: Database.Database;
  readonly #insert: Database.Statement;
  readonly #first: Database.Statement;
  readonly #delete: Database.Statement;
  /** How many writes each lane has. */
  readonly #lanes = new Map<string, number>();
  #size = 0;
  #bytes = 0;
  #isClosed = false;

  constructor(path: string, room: typeof ROOM) {
    this.#path = path;
    this.#room = room;
    this.#file = openFile(path);
    this.#insert = this.#file.prepare("insert into writes (kind, lane, body, isLeftOver) values (?, ?, ?, ?)");
    this.#first = this.#file.prepare("select * from writes where lane = ? order by position limit 1");
    this.#delete = this.#file.prepare("delete from writes where position = ?");
  }

  get size(): number {
    return this.#size;
  }

  hasLane(lane: string): boolean {
    return this.#lanes.has(lane);
  }

  lane(apartFrom: ReadonlySet<string>): string | undefined {
    for (const lane of this.#lanes.keys()) if (!apartFrom.has(lane)) return lane;
    return undefined;
  }

  put({ kind, lane, body }: Pick<SpooledWrite, "kind" | "lane" | "body">, room: SpoolRoom): boolean {
    const reserve = room === "all" ? RESERVE : { writes: 0, bytes: 0 };
    const bytes = Buffer.byteLength(body);
    const hasRoom =
      this.#size < this.#room.writes + reserve.writes && this.#bytes + bytes <= this.#room.bytes + reserve.bytes;
    if (!hasRoom) return false;
    this.#keep({ kind, lane, body, isLeftOver: 0 });
    return true;
  }

  first(lane: string): SpooledWrite | undefined {
    const row = this.#first.get(lane) as Row | undefined;
    return row && { ...row, isLeftOver: row.isLeftOver === 1 };
  }

  remove({ position, lane, body }: SpooledWrite): void {
    this.#delete.run(position);
    this.#count(lane, -1, -Buffer.byteLength(body));
  }

  /** Moves what a process that is gone has left here. Throws SQLITE_BUSY where it is not gone. */
  takeIn(path: string): void {
    const other = openFile(path);
    const rows = other.prepare("select * from writes order by position").all() as Row[];
    this.#file.transaction(() => rows.forEach((row) => this.#keep({ ...row, isLeftOver: 1 })))();
    closeFile(other);
    removeFile(path);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    closeFile(this.#file);
    if (this.#size === 0 && this.#path !== ":memory:") removeFile(this.#path);
  }

  #keep({ kind, lane, body, isLeftOver }: Omit<Row, "position">): void {
    this.#insert.run(kind, lane, body, isLeftOver);
    this.#count(lane, 1, Buffer.byteLength(body));
  }

  #count(lane: string, writes: 1 | -1, bytes: number): void {
    this.#size += writes;
    this.#bytes += bytes;
    const left = (this.#lanes.get(lane) ?? 0) + writes;
    if (left === 0) this.#lanes.delete(lane);
    else this.#lanes.set(lane, left);
  }
}

/** Opens a file for this process alone, which holds its lock from then on. Throws SQLITE_BUSY where another does. */
function openFile(path: string): Database.Database {
  const file = new Database(path);
  try {
    file.pragma("locking_mode = EXCLUSIVE");
    // Unlike the log of WAL, its journal has nothing of what was erased as soon as that is done.
    file.pragma("journal_mode = TRUNCATE");
    file.pragma("secure_delete = ON");
    // No write waits for the disk. A killed process loses nothing so; a power cut may take the file.
    file.pragma("synchronous = OFF");
    file.exec(`
      create table if not exists writes (
        position integer primary key autoincrement, kind text, lane text, body text, isLeftOver integer
      );
      create index if not exists writesOfLane on writes (lane, position);
      delete from writes where position < 0;
    `);
    return file;
  } catch (error) {
    file.close();
    throw error;
  }
}

/** The driver keeps a file open until its statements are collected; the lock must not last that long. */
function closeFile(file: Database.Database): void {
  file.pragma("locking_mode = NORMAL");
  file.prepare("select position from writes limit 1").all();
  file.close();
}

function removeFile(path: string): void {
  rmSync(path);
  rmSync(`${path}-journal`, { force: true });
}
