import type { Clock } from "../clock.ts";

/** When a session ends, in milliseconds since the epoch. */
export interface SessionTimes {
  readonly deadline: number;
  /** The deadline never moves beyond this, however long the session is interrupted. */
  readonly latestEnd: number;
  /** Since when it is interrupted; `null`: it is not. */
  readonly interruptedAt: number | null;
}

interface Alarm {
  /** Before the deadline. */
  readonly ms: number;
  readonly act: () => void;
  cancel: () => void;
}

/**
 * The time of a session. While it is interrupted its clock stands: the deadline moves on with the time, up to the latest
 * end. Where that is the deadline itself, the clock never stands.
 */
export class SessionTime {
  readonly latestEnd: number;
  readonly #clock: Clock;
  readonly #alarms = new Set<Alarm>();
  #deadline: number;
  #interruptedAt: number | null;

  constructor({ deadline, latestEnd, interruptedAt }: SessionTimes, clock: Clock) {
    this.latestEnd = Math.max(deadline, latestEnd);
    this.#deadline = deadline;
    this.#interruptedAt = interruptedAt;
    this.#clock = clock;
  }

  /** Milliseconds since the epoch; while the clock stands, as if it ran again from now on. */
  get deadline(): number {
    return this.#deadlineAfter(this.#clock.now());
  }

  /** Time until the deadline, in whole seconds. */
  get remainingSeconds(): number {
    return Math.max(0, Math.round((this.deadline - this.#clock.now()) / 1000));
  }

  get isRunning(): boolean {
    return this.#interruptedAt === null || this.deadline === this.latestEnd;
  }

  /** Milliseconds since the epoch; `null` where the session is not interrupted. */
  get interruptedAt(): number | null {
    return this.#interruptedAt;
  }

  /** Acts once, when so much is left of the time, in milliseconds. */
  whenLeft(ms: number, act: () => void): void {
    const alarm: Alarm = { ms, act, cancel: () => undefined };
    this.#alarms.add(alarm);
    this.#set(alarm);
  }

  interrupt(at: number): void {
    this.#interruptedAt ??= at;
    this.#setAll();
  }

  /** The interruption is over since `at`. */
  goOn(at: number): void {
    this.#deadline = this.#deadlineAfter(at);
    this.#interruptedAt = null;
    this.#setAll();
  }

  /** No alarm comes any more. */
  close(): void {
    for (const { cancel } of this.#alarms) cancel();
    this.#alarms.clear();
  }

  #deadlineAfter(now: number): number {
    const stood = this.#interruptedAt === null ? 0 : Math.max(0, now - this.#interruptedAt);
    return Math.min(this.#deadline + stood, this.latestEnd);
  }

  #setAll(): void {
    for (const alarm of this.#alarms) this.#set(alarm);
  }

  #set(alarm: Alarm): void {
    alarm.cancel();
    // While the clock stands, the deadline comes nearer only when it cannot move any further.
    const deadline = this.#interruptedAt === null ? this.#deadline : this.latestEnd;
    alarm.cancel = this.#clock.after(Math.max(0, deadline - alarm.ms - this.#clock.now()), () => {
      this.#alarms.delete(alarm);
      alarm.act();
    });
  }
}
