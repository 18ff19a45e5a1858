import type { RunningRecord } from "../../records/records.ts";
import { pause } from "../../pause.ts";
import { letGo, type LetGoNeeds } from "./let-go.ts";
import { dropStrays } from "./reaper.ts";
import { BEAT_MS, Roster } from "./roster.ts";
import { takeOver, type TakeOverNeeds } from "./take-over.ts";

/** So many sessions are claimed, and taken over side by side, at once: other machines get their share. */
const BATCH = 20;

/** A machine that has not reached the records for so long may be dead to the others, in milliseconds. */
const SURE_MS = 2000;

export interface MachineNeeds extends TakeOverNeeds, LetGoNeeds {}

/** This process as one of those that share the records: shows that it lives, and takes over what dead ones have left. */
export class Machine {
  readonly roster = new Roster();
  readonly #needs: MachineNeeds;
  readonly #stopped = new AbortController();
  /** Claimed, but not taken over because something failed. */
  #pending: readonly RunningRecord[] = [];
  #taking: Promise<void> | undefined;

  /** Base URL at which other machines reach this one; `null`: they cannot. */
  address: string | null = null;
  #lastBeatAt = Infinity;

  constructor(needs: MachineNeeds) {
    this.#needs = needs;
  }

  /** Takes over what is nobody's, and goes on looking for it until it is stopped. Throws where the records cannot be read. */
  async begin(): Promise<void> {
    await this.#beat();
    await this.#takeUnowned();
    await dropStrays(this.#needs);
    void this.#go();
  }

  /** Shows no sign of life any more. */
  stop(): void {
    this.#stopped.abort();
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
      this.#taking ??= this.#takeUnowned()
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
    const pulse = await records.beat({ address: this.address, draining: false });
    this.#lastBeatAt = clock.now();
    this.roster.note(pulse);
    if (pulse.wasBuried) {
      log.warn({ machine: pulse.self }, "this machine was taken for dead, and leaves its sessions to the others");
      for (const session of live.all()) letGo(session, this.#needs);
    }
    for (const dead of this.roster.dead) {
      log.warn({ machine: dead.id }, "a machine is dead");
      await records.bury(dead);
    }
  }

  async #takeUnowned(): Promise<void> {
    for (;;) {
      const claimed = [...this.#pending, ...(await this.#needs.records.claimUnowned(BATCH))];
      if (claimed.length === 0) return;
      this.#pending = claimed;
      const outcomes = await Promise.allSettled(claimed.map((record) => takeOver(record, this.#needs)));
      this.#pending = claimed.filter((_record, index) => outcomes[index]?.status === "rejected");
      const failed = outcomes.find((outcome) => outcome.status === "rejected");
      if (failed !== undefined) throw failed.reason;
    }
  }
}
