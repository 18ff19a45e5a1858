import type { Clock } from "../clock.ts";

/** A sender that is silent may send a packet every 400 ms only (opus DTX); one that sends none for longer has stopped. */
const MAX_GAP_MS = 500;

/** The milliseconds of a session, which run only while the candidate's audio comes, loud or not. */
export class Timeline {
  readonly #clock: Clock;
  readonly #needsPackets: boolean;
  /** What had passed at the last packet, and when that came. */
  #passedMs = 0;
  #lastAt: number | undefined;

  /** @param needsPackets - false: it runs by itself, once it was started */
  constructor(clock: Clock, needsPackets: boolean) {
    this.#clock = clock;
    this.#needsPackets = needsPackets;
  }

  /** Milliseconds of the session, whole ones. */
  get ms(): number {
    return Math.floor(this.#passedMs + this.#sinceLast());
  }

  /** False before the first audio, and while none comes. */
  get isRunning(): boolean {
    return this.#lastAt !== undefined && (!this.#needsPackets || this.#clock.now() - this.#lastAt < MAX_GAP_MS);
  }

  /** Audio has come. */
  advance(): void {
    this.#passedMs += this.#sinceLast();
    this.#lastAt = this.#clock.now();
  }

  #sinceLast(): number {
    if (this.#lastAt === undefined) {
      return 0;
    }
    const passed = this.#clock.now() - this.#lastAt;
    return this.#needsPackets ? Math.min(passed, MAX_GAP_MS) : passed;
  }
}
