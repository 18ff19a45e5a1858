import { Writable } from "node:stream";
import type { Clock } from "../src/clock.ts";
import { createLog } from "../src/ops/log.ts";
import { queueWrites } from "../src/records/queued-records.ts";
import type { Records } from "../src/records/records.ts";
import { openSpool } from "../src/records/sqlite/spool.ts";
import { WriteQueue } from "../src/records/write-queue.ts";

/** What the spool of a test can hold. */
export type SpoolRoomSize = Parameters<typeof openSpool>[2];

/** Records whose writes are queued in memory while they fail, as an app has them. */
export function queueInMemory(
  records: Records,
  clock: Clock,
  room?: SpoolRoomSize,
): { readonly queue: WriteQueue; readonly queued: Records; readonly outcomes: string[] } {
  const log = createLog("silent", new Writable({ write: (_chunk, _encoding, done) => done() }));
  const outcomes: string[] = [];
  const spool = openSpool(undefined, log, room);
  const queue = new WriteQueue({
    spool,
    clock,
    log,
    onOutcome: (kind, outcome) => outcomes.push(`${kind} ${outcome}`),
  });
  return { queue, queued: queueWrites(records, queue, () => undefined), outcomes };
}
