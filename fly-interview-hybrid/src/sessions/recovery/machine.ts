import { setMaxListeners } from "node:events";
import type { RunningRecord } from "../../records/records.ts";
import { pause } from "../../pause.ts";
import { letGo, type LetGoNeeds } from "./let-go.ts";
import { overhear, type Overheard } from "./overhear.ts";
import { dropStrays } from "./reaper.ts";
import { BEAT_MS, type Roster } from "./roster.ts";
import { lastKnown, takeOver, type TakeOverNeeds } from "./take-over.ts";

/** So many sessions are claimed, and taken over side by side, at once: other machines get their share. */
const BATCH = 20;

/** A machine that has not reached the records for so long may be dead to the others, in milliseconds. */
const SURE_MS = 2000;

export interface MachineNeeds extends TakeOverNeeds, LetGoNeeds {
  readonly roster: Roster;
}

/** This process as one of those that share the records: shows that it lives, and takes over what dead ones have left. */
export class Machine {
  readonly #roster: Roster;
  readonly #needs: MachineNeeds;
  readonly #stopped = new AbortController();
  /** Claimed, but not taken over because something failed. */
  #failed: RunningRecord[] = [];
  /** Under which this machine was taken for dead last. */
  #formerId: string | undefined;
  #taking: Promise<void> | undefined;

  /** Base URL at which other machines reach this one; `null`: they cannot. */
  address: string | null = null;
  /** Until the first one nobody else can take it for dead. */
  #lastBeatAt = Infinity;
  readonly #draining = new AbortController();
  /** By session: calls that are listened to until they can be taken over. */
  readonly #listening = new Map<string, Promise<void>>();
  #going: Promise<void> = Promise.resolve();

  constructor(needs: MachineNeeds) {
    this.#needs = needs;
    this.#roster = needs.roster;
    // Any number of calls are listened to at once.
    setMaxListeners(0, this.#draining.signal);
  }

  /** Takes over what is nobody's, and goes on looking for it until it is stopped. Throws where the records cannot be read. */
  async begin(): Promise<void> {
    await this.#beat();
    await this.#takeUnowned();
    await dropStrays(this.#needs);
    this.#going = this.#go();
  }

  /** Takes over nothing any more, and tells the others so. */
  async drain(): Promise<void> {
    await this.#takeNoMore();
    await this.#beat();
  }

  async #takeNoMore(): Promise<void> {
    this.#draining.abort();
    await this.#taking;
    await Promise.all(this.#listening.values());
  }

  /** Shows no sign of life any more, and leaves what it still has to the others, or to the next process. */
  async leave(): Promise<void> {
    this.#stopped.abort();
    await this.#going;
    await this.#takeNoMore();
    await this.#needs.records.leave();
  }

  async #go(): Promise<void> {
    const { clock, log } = this.#needs;
    let isFailing = false;
    for (;;) {
      await pause(clock, BEAT_MS, this.#stopped.signal);
      if (this.#stopped.signal.aborted) return;
      try {
        await this.#beat();
        isFailing = false;
      } catch (error) {
        if (!isFailing) log.error({ err: error }, "the records cannot be told that this machine lives");
        isFailing = true;
        continue;
      }
      // A machine that beats only when it has taken over hundreds of sessions would look dead meanwhile.
      if (this.#draining.signal.aborted) continue;
      this.#taking ??= this.#take()
        .catch((error: unknown) => log.error({ err: error }, "sessions could not be taken over, will try again"))
        .finally(() => (this.#taking = undefined));
    }
  }

  /** False where another machine may own what this one takes for its own. */
  get isSure(): boolean {
    return this.#needs.clock.now() - this.#lastBeatAt < SURE_MS;
  }

  async #beat(): Promise<void> {
    const { clock, records, live, log } = this.#needs;
    const pulse = await records.beat({ address: this.address, draining: this.#draining.signal.aborted });
    this.#lastBeatAt = clock.now();
    const before = this.#roster.self;
    this.#roster.note(pulse);
    if (pulse.wasBuried) {
      this.#formerId = before;
      this.#failed = [];
      log.warn({ machine: pulse.self }, "this machine was taken for dead, and leaves its sessions to the others");
      for (const session of live.all()) letGo(session, this.#needs);
    }
    for (const dead of this.#roster.dead) {
      log.warn({ machine: dead.id }, "a machine is dead");
      await records.bury(dead);
    }
  }

  async #take(): Promise<void> {
    await this.#takeUnowned();
    if (!this.#roster.isAnyDraining) return;
    const offered = await this.#needs.records.offeredSessions();
    for (let first = 0; first < offered.length; first += BATCH)
      await Promise.all(offered.slice(first, first + BATCH).map((record) => this.#inherit(record)));
  }

  async #takeUnowned(): Promise<void> {
    for (;;) {
      const claimed = [...this.#failed, ...(await this.#needs.records.claimUnowned(BATCH))];
      this.#failed = [];
      await Promise.all(claimed.map((record) => this.#resume(record)));
      if (claimed.length === 0 || this.#failed.length > 0) return;
    }
  }

  async #resume(record: RunningRecord, overheard?: Overheard): Promise<void> {
    const { live, log } = this.#needs;
    if (this.#isLost(record)) return overheard?.close();
    try {
      await takeOver(record, this.#needs, overheard);
      // This machine was taken for dead meanwhile: it would hang up another's call in the end.
      const session = this.#isLost(record) ? live.byId(record.id) : undefined;
      if (session !== undefined) letGo(session, this.#needs);
    } catch (error) {
      overheard?.close();
      if (!this.#isLost(record)) this.#failed.push(record);
      log.error({ err: error, session: record.id }, "session could not be taken over, will try again");
    }
  }

  #isLost({ owner }: RunningRecord): boolean {
    return owner === this.#formerId;
  }

  /** Listens to the session's call first, so that nothing is missed. A call that cannot be reached stays where it is. */
  async #inherit({ id }: RunningRecord): Promise<void> {
    if (this.#listening.has(id)) return;
    const { clock, log, records } = this.#needs;
    try {
      const known = lastKnown(await records.callsOf(id), this.#needs);
      const overheard = known && (await overhear(known, clock));
      if (overheard === "unreachable") return;
      if (overheard === undefined || overheard === "gone") return await this.#claim(id);
      // Others need not wait for what has to be heard out.
      const claiming = this.#claim(id, overheard).finally(() => this.#listening.delete(id));
      this.#listening.set(id, claiming);
      if (known?.upstream.turnsShowAfterMs === 0) await claiming;
    } catch (error) {
      log.error({ err: error, session: id }, "session could not be inherited, will try again");
    }
  }

  async #claim(id: string, listening?: Overheard): Promise<void> {
    const { log, records } = this.#needs;
    try {
      await listening?.heardOut(this.#draining.signal);
      const claimed = this.#draining.signal.aborted ? undefined : await records.inherit(id);
      if (claimed === undefined) listening?.close();
      else await this.#resume(claimed, listening);
    } catch (error) {
      listening?.close();
      log.error({ err: error, session: id }, "session could not be inherited, will try again");
    }
  }
}
