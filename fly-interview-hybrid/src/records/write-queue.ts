import type { Clock } from "../clock.ts";
import { ProxyError } from "../errors.ts";
import type { Logger } from "../ops/log.ts";
import { retryDelay } from "../pause.ts";
import { LeaseLost } from "./machines.ts";
import { RecordConflict } from "./records.ts";
import type { Spool, SpooledWrite, SpoolRoom } from "./spool.ts";

/** Waits before the records are tried again, in milliseconds; the last one again and again. */
const RETRY_DELAYS_MS = [250, 500, 1000];

/** Records that say nothing for so long, in milliseconds, are taken for away: what has to be written is kept meanwhile. */
const PATIENCE_MS = 2000;
/** For what cannot be kept, in milliseconds. */
const LONG_PATIENCE_MS = 5000;

/** So many lanes are worked off side by side: fewer than a pool has connections, so that others get some too. */
const LANES_AT_ONCE = 6;

/**
 * A process that starts again claims the sessions that it had before, or others do, within this time; in milliseconds.
 * Until then it keeps what it could not write of them.
 */
const CLAIM_WITHIN_MS = 30_000;

/** What became of a write. */
export type WriteOutcome = "written" | "queued" | "dropped";

/** A kind of write. It is done again where nobody knows whether it was done, so doing it twice must do no harm. */
export interface WriteKind<Value, Result> {
  /** Unlike any other kind's, and the same in each version of the program. */
  readonly name: string;
  readonly room: SpoolRoom;
  /** Does it. What it is given has been JSON where it was queued. */
  readonly perform: (value: Value) => Promise<Result>;
}

export interface WriteQueueNeeds {
  readonly spool: Spool;
  readonly clock: Clock;
  readonly log: Logger;
  /** Hears what becomes of each write: where one is queued, that first. */
  readonly onOutcome: (kind: string, outcome: WriteOutcome) => void;
  /** Hears why the spool did not keep a write. */
  readonly onSpoolFailure?: (cause: unknown) => void;
}

/**
 * What has to be written while the records may be away: each write is done at once, or is kept in the spool until it can
 * be done. Writes of one lane, which is a session or a call, are done in their order.
 */
export class WriteQueue {
  readonly #needs: WriteQueueNeeds;
  readonly #kinds = new Map<string, WriteKind<unknown, unknown>>();
  /** The last of each lane's writes that are on their way. */
  readonly #tails = new Map<string, Promise<unknown>>();
  /** Called when the lane of this name has nothing left in the spool. */
  readonly #emptied = new Map<string, (() => void)[]>();
  readonly #openedAt: number;
  /** Since when something has waited without a break. */
  #waitingSince: number | undefined;
  /** Whether the last write could not be done. */
  #isAway: boolean;
  #tries = 0;
  #cancelRetry: () => void = () => undefined;
  #draining: Promise<void> | undefined;
  #isClosed = false;

  constructor(needs: WriteQueueNeeds) {
    this.#needs = needs;
    this.#openedAt = needs.clock.now();
    this.#isAway = needs.spool.size > 0;
    this.#noteWaiting();
  }

  /** How many writes wait. */
  get size(): number {
    return this.#needs.spool.size;
  }

  /** How long something has waited without a break, in seconds: nothing waits for longer. */
  get lagSeconds(): number {
    return this.#waitingSince === undefined ? 0 : (this.#needs.clock.now() - this.#waitingSince) / 1000;
  }

  #noteWaiting(): void {
    this.#waitingSince = this.size === 0 ? undefined : (this.#waitingSince ?? this.#needs.clock.now());
  }

  /**
   * Makes a kind of write known, and returns what writes one. That is fulfilled when the write is done, with its result, or
   * `queued` when it is safe in the spool. It rejects as `perform` does where the records refuse the write for good, and
   * with RECORDS_UNAVAILABLE where there is no room for it.
   */
  writer<Value, Result>(kind: WriteKind<Value, Result>): (lane: string, value: Value) => Promise<Result | "queued"> {
    this.#kinds.set(kind.name, kind as WriteKind<unknown, unknown>);
    return (lane, value) => {
      const before = this.#tails.get(lane);
      const work = this.#write(kind, lane, value, before);
      const tail = work
        .catch(() => undefined)
        .finally(() => this.#tails.get(lane) === tail && this.#tails.delete(lane));
      this.#tails.set(lane, tail);
      return work;
    };
  }

  /** Fulfilled when every write of a lane, or of all, that was given is done, queued or refused. Never rejects. */
  async settled(lane?: string): Promise<void> {
    await (lane === undefined ? Promise.all(this.#tails.values()) : this.#tails.get(lane));
  }

  /** Fulfilled when every write of a lane that was given is done or refused, which may take as long as the records are away. */
  async done(lane: string): Promise<void> {
    await this.settled(lane);
    if (!this.#needs.spool.hasLane(lane)) return;
    await new Promise<void>((resolve) => {
      const waiting = this.#emptied.get(lane);
      if (waiting === undefined) this.#emptied.set(lane, [resolve]);
      else waiting.push(resolve);
    });
  }

  /** Does what is queued, as it can be done from now on. Rejects with RECORDS_UNAVAILABLE where the records are away. */
  async drain(): Promise<void> {
    await this.#draining?.catch(() => undefined);
    if (this.size > 0) await this.#drain();
  }

  /**
   * Does what cannot wait, behind what is queued, because nothing may be read that is older than what was written. Rejects
   * with RECORDS_UNAVAILABLE where the records cannot do it soon.
   */
  async now<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      return await this.#within(LONG_PATIENCE_MS, this.size > 0 ? this.#drain().then(work) : work());
    } catch (error) {
      if (error instanceof ProxyError || isRefusal(error)) throw error;
      throw new ProxyError("RECORDS_UNAVAILABLE", { cause: error });
    }
  }

  /** Does what can still be done; the rest stays in the spool. Doing it twice does no harm. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    await this.settled();
    await this.#within(LONG_PATIENCE_MS, this.drain()).catch(() => undefined);
    this.#isClosed = true;
    this.#cancelRetry();
    if (this.size > 0) this.#needs.log.error({ writes: this.size }, "stopped before everything was written");
    this.#needs.spool.close();
  }

  async #write<Value, Result>(
    kind: WriteKind<Value, Result>,
    lane: string,
    value: Value,
    before: Promise<unknown> | undefined,
  ): Promise<Result | "queued"> {
    const { onOutcome, spool } = this.#needs;
    if (before !== undefined) await before;
    if (this.#isAway || spool.hasLane(lane)) return this.#queue(kind, lane, value);
    try {
      const result = await this.#within(PATIENCE_MS, kind.perform(value));
      onOutcome(kind.name, "written");
      return result;
    } catch (error) {
      if (isRefusal(error)) {
        onOutcome(kind.name, "dropped");
        throw error;
      }
      this.#noteAway(error);
      return this.#queue(kind, lane, value);
    }
  }

  #queue<Value, Result>({ name, room }: WriteKind<Value, Result>, lane: string, value: Value): "queued" {
    const { onOutcome, spool } = this.#needs;
    try {
      const isKept = !this.#isClosed && spool.put({ kind: name, lane, body: JSON.stringify(value) }, room);
      if (!isKept) throw new Error("There is no room in the spool.");
    } catch (cause) {
      onOutcome(name, "dropped");
      this.#needs.onSpoolFailure?.(cause);
      throw new ProxyError("RECORDS_UNAVAILABLE", { cause });
    }
    this.#noteWaiting();
    onOutcome(name, "queued");
    return "queued";
  }

  #noteAway(error: unknown): void {
    if (!this.#isAway) this.#needs.log.error({ err: error }, "the records cannot be written: what comes is queued");
    this.#isAway = true;
    this.#retryLater();
  }

  #retryLater(): void {
    this.#cancelRetry();
    if (this.#isClosed) return;
    this.#cancelRetry = this.#needs.clock.after(retryDelay(RETRY_DELAYS_MS, this.#tries++), () => {
      void this.#drain().catch(() => undefined);
    });
  }

  #drain(): Promise<void> {
    return (this.#draining ??= this.#drainAll().finally(() => (this.#draining = undefined)));
  }

  async #drainAll(): Promise<void> {
    const { spool, log } = this.#needs;
    this.#cancelRetry();
    const writes = spool.size;
    /** Lanes that are worked off, and those of an earlier process whose sessions this one does not have (yet). */
    const taken = new Set<string>();
    try {
      // Until one is done, nobody knows that the records are back.
      if (this.#isAway) await this.#drainOne(taken);
      const workers = Array.from({ length: LANES_AT_ONCE }, () => this.#drainEach(taken));
      for (const outcome of await Promise.allSettled(workers)) if (outcome.status === "rejected") throw outcome.reason;
    } catch (error) {
      this.#noteAway(error);
      throw new ProxyError("RECORDS_UNAVAILABLE", { cause: error });
    }
    this.#isAway = false;
    this.#tries = 0;
    if (spool.size > 0) this.#retryLater();
    if (spool.size < writes) log.info({ writes: writes - spool.size }, "what was queued is in the records");
  }

  async #drainEach(taken: Set<string>): Promise<void> {
    while (await this.#drainOne(taken));
  }

  /** Works off a lane that is not taken; false where there is none. */
  async #drainOne(taken: Set<string>): Promise<boolean> {
    const lane = this.#isClosed ? undefined : this.#needs.spool.lane(taken);
    if (lane === undefined) return false;
    taken.add(lane);
    if ((await this.#drainLane(lane)) === "done") taken.delete(lane);
    return true;
  }

  async #drainLane(lane: string): Promise<"done" | "foreign"> {
    const { spool } = this.#needs;
    for (let write = spool.first(lane); write !== undefined; write = spool.first(lane)) {
      const outcome = await this.#work(write);
      this.#isAway = false;
      if (outcome === "foreign") return outcome;
      if (this.#isClosed) return "done";
      spool.remove(write);
      this.#noteWaiting();
    }
    for (const resolve of this.#emptied.get(lane) ?? []) resolve();
    this.#emptied.delete(lane);
    return "done";
  }

  async #work({ kind, lane, body, isLeftOver }: SpooledWrite): Promise<"done" | "foreign"> {
    const { onOutcome, clock, log } = this.#needs;
    const known = this.#kinds.get(kind);
    try {
      if (known === undefined) throw new RecordConflict(new Error("This version knows no such write."));
      await known.perform(JSON.parse(body));
      onOutcome(kind, "written");
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // A process that starts reads before it has made every kind known.
      const mayBeTaken = isLeftOver && (error instanceof LeaseLost || known === undefined);
      if (mayBeTaken && clock.now() < this.#openedAt + CLAIM_WITHIN_MS) return "foreign";
      log.error({ err: error, kind, lane }, "what was queued was refused, and is dropped");
      onOutcome(kind, "dropped");
    }
    return "done";
  }

  /** What hangs is not waited for: the server may have it, or not. */
  #within<Result>(ms: number, work: Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      const cancel = this.#needs.clock.after(ms, () => reject(new ProxyError("RECORDS_UNAVAILABLE")));
      work.then(resolve, reject).finally(cancel);
    });
  }
}

/** Whether the records refused a write for good. */
export function isRefusal(error: unknown): boolean {
  return error instanceof RecordConflict || error instanceof LeaseLost;
}
