import { Writable } from "node:stream";
import { onTestFinished } from "vitest";
import { readConfig } from "../../src/config/config.ts";
import { createLog } from "../../src/ops/log.ts";
import type { Records } from "../../src/records/records.ts";
import type { WriteQueue } from "../../src/records/write-queue.ts";
import { openRecords } from "../../src/records/registry.ts";
import { serialize } from "../../src/transcripts/document.ts";
import { openSigner, type Signer } from "../../src/transcripts/signer.ts";
import { createTranscripts, type NewTurn, type Transcripts } from "../../src/transcripts/transcripts.ts";
import { createFakeClock, type FakeClock } from "../fake-clock.ts";
import { sessionAt } from "../sample-session.ts";
import { queueInMemory, type SpoolRoomSize } from "../queue-in-memory.ts";

export const session = sessionAt(1_700_000_000_000, 3_600_000);

export interface TranscriptsUnderTest {
  readonly transcripts: Transcripts;
  readonly records: Records;
  readonly signer: Signer;
  readonly clock: FakeClock;
  readonly queue: WriteQueue;
  /** What became of each write. */
  readonly outcomes: readonly string[];
  /** Nothing can be written from now on, or again. */
  readonly fillDisk: (full: boolean) => void;
  /** So many writes from now on are done, and fail for who asked for them. */
  readonly loseAnswers: (writes: number) => void;
  readonly written: string[];
  /** Writes turns and waits for them. */
  readonly write: (...turns: readonly NewTurn[]) => Promise<void>;
  /** Ends the session, and exports its transcript. */
  readonly finish: () => Promise<string>;
}

export function newTurn(itemId: string, change: Partial<NewTurn> = {}): NewTurn {
  return {
    callId: "call_1",
    itemId,
    role: "candidate",
    status: "complete",
    text: `Words of ${itemId}.`,
    heardText: null,
    heardMs: null,
    startedAt: 1_700_000_001_000,
    endedAt: 1_700_000_002_500,
    inferred: false,
    typed: false,
    ...change,
  };
}

/** Transcripts over real records with one session and two calls; `room`: of the queue for what cannot be written. */
export async function openTranscripts(room?: SpoolRoomSize): Promise<TranscriptsUnderTest> {
  const clock = createFakeClock();
  const records = await openRecords("file::memory:", clock);
  onTestFinished(() => records.close());
  await records.beat({ address: null, draining: false });
  await records.insertRunning(session, { ofTenant: 1, ofPerson: 1 });
  for (const id of ["call_1", "call_2"]) {
    const call = { id, sessionId: session.id, tenant: "default", upstream: "fake", upstreamCallId: null };
    await records.insertCall({ ...call, state: "live", createdAt: 1, greetedAt: null, endedAt: null });
  }
  const signer = await openSigner(readConfig({ OPENAI_API_KEY: "sk-test" }), records);
  const log = createLog("silent", new Writable({ write: (_chunk, _encoding, done) => done() }));
  let isDiskFull = false;
  let unanswered = 0;
  const insertTurn: Records["insertTurn"] = async (turn) => {
    if (isDiskFull) throw new Error("disk full");
    const isNew = await records.insertTurn(turn);
    if (unanswered-- > 0) throw new Error("connection lost");
    return isNew;
  };
  const { queue, queued, outcomes } = queueInMemory({ ...records, insertTurn }, clock, room);
  const transcripts = createTranscripts({ records: queued, queue, signer, clock, log });
  const written: string[] = [];
  return {
    transcripts,
    fillDisk(full) {
      isDiskFull = full;
    },
    loseAnswers(writes) {
      unanswered = writes;
    },
    records,
    signer,
    clock,
    queue,
    outcomes,
    written,
    async write(...turns) {
      for (const turn of turns) transcripts.write(session, turn, ({ n, text }) => written.push(`${n} ${text ?? "?"}`));
      await transcripts.settled(session.id);
    },
    async finish() {
      await records.updateSession(session.id, {
        endReason: "client_disconnected",
        endedAt: session.createdAt + 60_000,
      });
      await transcripts.seal(session.id);
      const ended = await records.findSession(session.id);
      return serialize(await transcripts.document(ended ?? session));
    },
  };
}
