import type { Clock } from "../clock.ts";
import { PACKET_MS } from "./opus-packet.ts";

/**
 * Further behind than this (the process was stopped, the machine slept) nobody wants the lost time as one burst of
 * packets: the schedule starts afresh.
 */
const MAX_CATCH_UP_MS = 1000;

/** Something that sends one packet when told to. */
export interface Paced {
  /** Sends the packet of this tick. Must not throw. */
  tick(): void;
}

/**
 * One timer for the audio of all calls. Ticks lie on an absolute schedule, `start + n × 20 ms`: a late timer is made up
 * for by the next ones, so the audio never drifts against the wall clock.
 */
export class Pacer {
  readonly #clock: Clock;
  readonly #members = new Set<Paced>();
  #nextTick = 0;
  #cancel: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Adds a member, which gets its first tick within 20 ms. The timer runs only while there are members. */
  add(member: Paced): void {
    this.#members.add(member);
    if (this.#cancel === undefined) {
      this.#nextTick = this.#clock.now();
      this.#schedule();
    }
  }

  /** Removes a member; it gets no further tick. */
  remove(member: Paced): void {
    this.#members.delete(member);
    if (this.#members.size === 0) {
      this.#cancel?.();
      this.#cancel = undefined;
    }
  }

  #schedule(): void {
    // A tick may have emptied and refilled the members, and so have started a timer already.
    this.#cancel?.();
    this.#cancel = this.#clock.after(Math.max(0, this.#nextTick - this.#clock.now()), () => this.#run());
  }

  #run(): void {
    const now = this.#clock.now();
    if (now - this.#nextTick > MAX_CATCH_UP_MS) {
      this.#nextTick = now;
    }
    while (this.#nextTick <= now) {
      for (const member of this.#members) {
        member.tick();
      }
      this.#nextTick += PACKET_MS;
    }
    if (this.#members.size > 0) {
      this.#schedule();
    }
  }
}
