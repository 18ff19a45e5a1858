import { randomBytes } from "node:crypto";
import { setMaxListeners } from "node:events";
import type { TurnRole, TurnStatus } from "@interview-proxy/protocol";
import type { Clock } from "../clock.ts";
import { derivedId } from "../ids.ts";
import { toIsoTime, toIsoTimeOrNull } from "../iso-time.ts";
import type { Logger } from "../ops/log.ts";
import { pause, retryDelay, within } from "../pause.ts";
import { LeaseLost } from "../records/machines.ts";
import { RecordConflict, type Records, type SessionRecord } from "../records/records.ts";
import type { TurnRecord } from "../records/turns.ts";
import { hashTurn, hashWords, signedStatement, startOfChain } from "./chain.ts";
import { type DocumentTurn, TRANSCRIPT_FORMAT, type TranscriptDocument } from "./document.ts";
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
}

type ChainedSession = Pick<SessionRecord, "id" | "persona" | "createdAt">;

export interface Transcripts {
  /**
   * Writes a turn behind those that were given before it, and calls `written` when it is in the records; never for a turn
   * that was there before.
   */
  write(session: ChainedSession, turn: NewTurn, written: (turn: TurnRecord) => void): void;
  /** Fulfilled when every turn of the session that was given is written, or parked because it cannot be. Never rejects. */
  settled(sessionId: string): Promise<void>;
  /**
   * Signs the transcript of a session that has ended, when its last turn is written, and forgets the session. Fulfilled
   * when that is done, or has to wait for a parked turn; what is not signed then is signed when it is read.
   */
  seal(sessionId: string): Promise<void>;
  /** Forgets a session whose turns another process writes from now on; those that are not written yet are that one's too. */
  forget(sessionId: string): void;
  document(session: SessionRecord): Promise<TranscriptDocument>;
  /** Gives up what is parked, after one last try. */
  close(): Promise<void>;
}

export interface TranscriptsNeeds {
  readonly records: Records;
  readonly signer: Signer;
  readonly clock: Clock;
  readonly log: Logger;
}

/** What the next turn of a session is chained to. */
type Head = Pick<TurnRecord, "n" | "hash">;

/** Waits before further tries at writing a turn, in milliseconds; the last one again and again: a full disk may be cleared. */
const WRITE_DELAYS_MS = [50, 250, 1000, 5000, 15_000];

/** A turn that could not be written for so long, in milliseconds, is parked: others do not wait for it. */
const PARKED_AFTER_MS = 3000;

/** Id of a turn: the same for the same item, and without the provider's own name for it. */
export function turnIdOf(callId: string, itemId: string): string {
  return derivedId("turn_", callId, itemId);
}

export function createTranscripts({ records, signer, clock, log }: TranscriptsNeeds): Transcripts {
  /** The end of each running session's queue; turns of a session are written one after the other. */
  const queues = new Map<string, Promise<void>>();
  /** The last turn of each running session, as far as this process has written it: nobody else writes any meanwhile. */
  const heads = new Map<string, Head>();

  const findHead = async (session: ChainedSession): Promise<Head> => {
    const start = { n: 0, hash: startOfChain({ ...session, createdAt: toIsoTime(session.createdAt) }) };
    return (await records.lastTurnOf(session.id)) ?? start;
  };
  const closing = new AbortController();
  // While the records fail, any number of sessions wait.
  setMaxListeners(0, closing.signal);

  const append = async (session: ChainedSession, turn: NewTurn): Promise<TurnRecord | undefined> => {
    const head = heads.get(session.id) ?? (await findHead(session));
    // Should the insert fail, it may have been done all the same: the next turn has to look.
    heads.delete(session.id);
    const record = toRecord(session.id, turn, head.n + 1, head.hash);
    const isNew = await records.insertTurn(record);
    const { n, hash } = isNew ? record : head;
    heads.set(session.id, { n, hash });
    return isNew ? record : undefined;
  };

  const appendAtLast = async (session: ChainedSession, turn: NewTurn): Promise<TurnRecord | undefined> => {
    for (let tries = 0; !closing.signal.aborted; tries++) {
      try {
        return await append(session, turn);
      } catch (error) {
        if (error instanceof RecordConflict || error instanceof LeaseLost) throw error;
        if (tries === 0) log.error({ err: error, session: session.id }, "a turn cannot be written, will try again");
        await pause(clock, retryDelay(WRITE_DELAYS_MS, tries), closing.signal);
      }
    }
    return append(session, turn);
  };

  const draw = async (session: SessionRecord): Promise<TranscriptDocument> => {
    const [turns, seal] = await Promise.all([records.turnsOf(session.id), records.findSeal(session.id)]);
    const facts = { id: session.id, persona: session.persona, createdAt: toIsoTime(session.createdAt) };
    const { endedAt, endReason } = session;
    const start = startOfChain(facts);
    return {
      format: TRANSCRIPT_FORMAT,
      session: { ...facts, endedAt: toIsoTimeOrNull(endedAt), endReason },
      turns: turns.map(toDocumentTurn),
      proof: {
        chain: "sha256",
        start,
        head: turns.at(-1)?.hash ?? start,
        turns: turns.length,
        publicKey: seal?.publicKey ?? null,
        signature: seal?.signature ?? null,
      },
    };
  };

  const sign = async (session: SessionRecord): Promise<void> => {
    const unsigned = await draw(session);
    const { head, turns } = unsigned.proof;
    const signature = signer.sign(signedStatement(unsigned));
    await records.insertSeal({ sessionId: session.id, turns, head, publicKey: signer.publicKey, signature });
  };

  const signAfterLastTurn = async (sessionId: string): Promise<void> => {
    await queues.get(sessionId);
    queues.delete(sessionId);
    heads.delete(sessionId);
    const session = await records.findSession(sessionId);
    if (session !== undefined && session.endedAt !== null) await sign(session);
  };

  const forgetAfterLastTurn = async (sessionId: string): Promise<void> => {
    const queue = queues.get(sessionId);
    heads.delete(sessionId);
    await queue;
    if (queues.get(sessionId) !== queue) return;
    queues.delete(sessionId);
    heads.delete(sessionId);
  };

  const whileNotParked = async (work: Promise<void>): Promise<void> => {
    await within(work, PARKED_AFTER_MS, { clock, signal: closing.signal });
  };

  return {
    write(session, turn, written) {
      const before = queues.get(session.id);
      const work = async (): Promise<void> => {
        await before;
        try {
          const record = await appendAtLast(session, turn);
          if (record !== undefined) written(record);
        } catch (error) {
          if (error instanceof LeaseLost) return;
          log.error({ err: error, session: session.id, call: turn.callId }, "a turn could not be written");
        }
      };
      queues.set(session.id, work());
    },
    settled: (sessionId) => whileNotParked(queues.get(sessionId) ?? Promise.resolve()),
    seal: (sessionId) => whileNotParked(signAfterLastTurn(sessionId)),
    forget(sessionId) {
      void forgetAfterLastTurn(sessionId);
    },
    async close() {
      closing.abort();
      await Promise.all(queues.values());
    },
    async document(session) {
      // A process that died between the end of a session and its seal left this to be done.
      const isLeftOpen = session.endedAt !== null && !queues.has(session.id);
      if (isLeftOpen && (await records.findSeal(session.id)) === undefined) await sign(session);
      return draw(session);
    },
  };
}

function toRecord(sessionId: string, turn: NewTurn, n: number, previous: string): TurnRecord {
  const { callId, itemId, ...rest } = turn;
  const text = storable(turn.text);
  const heardText = storable(turn.heardText);
  const salt = text === null && heardText === null ? null : randomBytes(16).toString("hex");
  const record = {
    ...rest,
    id: turnIdOf(callId, itemId),
    sessionId,
    callId,
    n,
    text,
    heardText,
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

function toDocumentTurn(turn: TurnRecord): DocumentTurn {
  return {
    n: turn.n,
    id: turn.id,
    call: turn.callId,
    role: turn.role,
    status: turn.status,
    text: turn.text,
    heardText: turn.heardText,
    heardMs: turn.heardMs,
    startedAt: toIsoTimeOrNull(turn.startedAt),
    endedAt: toIsoTimeOrNull(turn.endedAt),
    inferred: turn.inferred,
    salt: turn.salt,
    textHash: turn.textHash,
    heardTextHash: turn.heardTextHash,
    hash: turn.hash,
  };
}
