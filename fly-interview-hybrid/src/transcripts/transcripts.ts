import { setMaxListeners } from "node:events";
import type { TurnRole, TurnStatus } from "@interview-proxy/protocol";
import type { Clock } from "../clock.ts";
import { derivedId, randomHex } from "../ids.ts";
import { toIsoTime } from "../iso-time.ts";
import type { Logger } from "../ops/log.ts";
import { within } from "../pause.ts";
import { LeaseLost } from "../records/machines.ts";
import { RecordConflict, type Records, type SessionRecord } from "../records/records.ts";
import type { TurnRecord } from "../records/turns.ts";
import { isRefusal, type WriteQueue } from "../records/write-queue.ts";
import { hashTurn, hashWords, signedStatement, startOfChain } from "./chain.ts";
import type { TranscriptDocument } from "./document.ts";
import { drawTranscript, toDocumentTurn } from "./draw.ts";
import type { Signer } from "./signer.ts";

/** A turn that is final and was not written. Times are milliseconds since the epoch. */
export interface NewTurn {
  readonly callId: string;
  /** The provider's id of its item, or another name that is unique in the call. */
  readonly itemId: string;
  readonly role: TurnRole;
  readonly status: TurnStatus;
  readonly text: string | null;
  readonly heardText: string | null;
  readonly heardMs: number | null;
  readonly startedAt: number | null;
  readonly endedAt: number | null;
  readonly inferred: boolean;
  readonly typed: boolean;
}

/** A turn that is written or queued. */
export type ToldTurn = NewTurn & Pick<TurnRecord, "id" | "n">;

type ChainedSession = Pick<SessionRecord, "id" | "persona" | "createdAt">;

export interface Transcripts {
  /**
   * Writes a turn behind those that were given before it, and calls `told` when it is sure to be in the transcript: when it
   * is in the records, or in the queue for them. Never for a turn that was there before.
   */
  write(session: ChainedSession, turn: NewTurn, told: (turn: ToldTurn) => void): void;
  /** Fulfilled when every turn of the session that was given is written or queued, or refused. Never rejects. */
  settled(sessionId: string): Promise<void>;
  /**
   * Signs the transcript of a session that has ended, when its last turn is written, and forgets the session. Fulfilled
   * when that is done, or has to wait for the records; what is not signed now is signed when it is read. Never rejects.
   */
  seal(sessionId: string): Promise<void>;
  /** Forgets a session whose turns another process writes from now on; those that are not written yet are that one's too. */
  forget(sessionId: string): void;
  document(session: SessionRecord): Promise<TranscriptDocument>;
  /** The same without signing what is not signed yet. */
  asItStands(session: SessionRecord): Promise<TranscriptDocument>;
  /** Waits for no seal any more. */
  close(): Promise<void>;
}

export interface TranscriptsNeeds {
  readonly records: Records;
  readonly queue: WriteQueue;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What the next turn of a session is chained to. */
type Head = Pick<TurnRecord, "id" | "n" | "hash">;

/** A turn on its way into the records. */
interface QueuedTurn {
  readonly session: ChainedSession;
  readonly turn: NewTurn;
}

const GAP = {
  role: "unknown",
  status: "gap",
  text: null,
  heardText: null,
  heardMs: null,
  startedAt: null,
  endedAt: null,
  inferred: true,
  typed: false,
} as const;

/** A seal that has to wait for longer than this, in milliseconds, is not waited for. */
const SEAL_PATIENCE_MS = 3000;

/** Id of a turn: the same for the same item, and without the provider's own name for it. */
export function turnIdOf(callId: string, itemId: string): string {
  return derivedId("turn_", callId, itemId);
}

export function createTranscripts({ records, queue, signer, clock, log }: TranscriptsNeeds): Transcripts {
  /** The last turn of each running session, as far as this process has written it: nobody else writes any meanwhile. */
  const heads = new Map<string, Head>();
  /** How many turns of each running session are written or queued, where that is known. */
  const counts = new Map<string, number>();
  /** Who has to be told of a turn that is neither written nor queued yet, or whose number is not known. By the turn's id. */
  const untold = new Map<string, (turn: ToldTurn) => void>();
  /** Sessions whose last turn is a gap, because there was no room for the turns behind it. */
  const gapped = new Set<string>();
  const closing = new AbortController();
  // Any number of sessions end at once.
  setMaxListeners(0, closing.signal);

  const findHead = async (session: ChainedSession): Promise<Head> => {
    const start = { id: "", n: 0, hash: startOfChain({ ...session, createdAt: toIsoTime(session.createdAt) }) };
    return (await records.lastTurnOf(session.id)) ?? start;
  };

  const tell = (turn: ToldTurn): void => {
    const told = untold.get(turn.id);
    untold.delete(turn.id);
    told?.(turn);
  };

  const insertBehind = async (head: Head, { session, turn }: QueuedTurn): Promise<void> => {
    // Should the insert fail, it may have been done all the same: the next turn has to look.
    heads.delete(session.id);
    const record = toRecord(session.id, turn, head.n + 1, head.hash);
    const isNew = await records.insertTurn(record);
    const { id, n, hash } = isNew ? record : head;
    heads.set(session.id, { id, n, hash });
    counts.set(session.id, Math.max(n, counts.get(session.id) ?? 0));
    // A try that got no answer has done it.
    const isFound = head.id === record.id;
    if (isNew || isFound) tell({ ...turn, id: record.id, n });
    else untold.delete(record.id);
  };

  /** The turn gets its number and its place in the chain when it is written, so that both are right whoever writes it. */
  const append = async (queued: QueuedTurn): Promise<void> => {
    const { session, turn } = queued;
    const known = heads.get(session.id);
    try {
      if (known !== undefined) return await insertBehind(known, queued);
    } catch (error) {
      // A try that was given up as silent may have come through after all, and its turn is the last one now.
      if (!(error instanceof RecordConflict)) throw error;
    }
    try {
      await insertBehind(await findHead(session), queued);
    } catch (error) {
      if (isRefusal(error)) untold.delete(turnIdOf(turn.callId, turn.itemId));
      throw error;
    }
  };

  const writeTurn = queue.writer({ name: "turn", room: "all but the reserve", perform: append });
  const writeGap = queue.writer({ name: "gap", room: "all", perform: append });

  /** What is queued will be in the transcript, so it is told, under the number that it will get. */
  const tellQueued = ({ session, turn }: QueuedTurn): void => {
    const before = counts.get(session.id);
    if (before === undefined) return;
    counts.set(session.id, before + 1);
    tell({ ...turn, id: turnIdOf(turn.callId, turn.itemId), n: before + 1 });
  };

  const add = async (queued: QueuedTurn): Promise<void> => {
    const { session, turn } = queued;
    try {
      if ((await writeTurn(session.id, queued)) === "queued") tellQueued(queued);
      gapped.delete(session.id);
    } catch (error) {
      untold.delete(turnIdOf(turn.callId, turn.itemId));
      if (error instanceof LeaseLost) return;
      log.error({ err: error, session: session.id, call: turn.callId }, "a turn could not be written");
      if (!(error instanceof RecordConflict)) await declareGap(queued);
    }
  };

  /** One gap stands for any number of turns. */
  const declareGap = async ({ session, turn: { callId, itemId } }: QueuedTurn): Promise<void> => {
    if (gapped.has(session.id)) return;
    gapped.add(session.id);
    const gap = { session, turn: { ...GAP, callId, itemId: `gap:unkept:${itemId}` } };
    const isQueued = (await writeGap(session.id, gap).catch(() => undefined)) === "queued";
    if (isQueued) tellQueued(gap);
  };

  const draw = (session: SessionRecord): Promise<TranscriptDocument> => drawTranscript(session, records);

  const sign = async (session: SessionRecord): Promise<void> => {
    const unsigned = await draw(session);
    const { head, turns } = unsigned.proof;
    const signature = signer.sign(signedStatement(unsigned));
    await records.insertSeal({ sessionId: session.id, turns, head, publicKey: signer.publicKey, signature });
  };

  const forgetNow = (sessionId: string): void => {
    for (const known of [heads, counts, gapped]) known.delete(sessionId);
  };

  const signAfterLastTurn = async (sessionId: string): Promise<void> => {
    await queue.done(sessionId);
    forgetNow(sessionId);
    const session = await records.findSession(sessionId);
    if (session !== undefined && session.endedAt !== null) await sign(session);
  };

  const forgetAfterLastTurn = async (sessionId: string): Promise<void> => {
    heads.delete(sessionId);
    await queue.done(sessionId);
    forgetNow(sessionId);
  };

  return {
    write({ id, persona, createdAt }, turn, told) {
      untold.set(turnIdOf(turn.callId, turn.itemId), told);
      const spoken = { ...turn, text: storable(turn.text), heardText: storable(turn.heardText) };
      void add({ session: { id, persona, createdAt }, turn: spoken });
    },
    settled: (sessionId) => queue.settled(sessionId),
    async seal(sessionId) {
      const sealed = signAfterLastTurn(sessionId).catch((error: unknown) =>
        log.warn({ err: error, session: sessionId }, "a transcript is signed only when it is read"),
      );
      await within(sealed, SEAL_PATIENCE_MS, { clock, signal: closing.signal });
    },
    forget(sessionId) {
      void forgetAfterLastTurn(sessionId);
    },
    asItStands: draw,
    close() {
      closing.abort();
      return Promise.resolve();
    },
    async document(session) {
      // The end of a session is in the records before its last turns are.
      if (session.endedAt !== null) await queue.settled(session.id);
      // A process that died between the end of a session and its seal left this to be done.
      const isLeftOpen = session.endedAt !== null && !counts.has(session.id);
      if (isLeftOpen && (await records.findSeal(session.id)) === undefined) await sign(session);
      return draw(session);
    },
  };
}

function toRecord(sessionId: string, turn: NewTurn, n: number, previous: string): TurnRecord {
  const { callId, itemId, ...rest } = turn;
  const { text, heardText } = turn;
  const salt = text === null && heardText === null ? null : randomHex(16);
  const record = {
    ...rest,
    id: turnIdOf(callId, itemId),
    sessionId,
    callId,
    n,
    salt,
    textHash: text === null ? null : hashWords(salt ?? "", text),
    heardTextHash: heardText === null ? null : hashWords(salt ?? "", heardText),
    hash: "",
  };
  return { ...record, hash: hashTurn(previous, toDocumentTurn(record)) };
}

/**
 * Half a surrogate pair has no UTF-8, Postgres takes no NUL, and SQLite ends a text at it: the records would give back
 * another text than was hashed, or refuse the turn for ever.
 */
function storable(text: string | null): string | null {
  return text === null ? null : Buffer.from(text.replaceAll("\0", "\uFFFD"), "utf8").toString("utf8");
}
