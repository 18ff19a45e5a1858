import { type Clock, Timers } from "../clock.ts";
import { PACKET_MS } from "./opus-packet.ts";
import type { CutUtterance, SpeechOutput, Utterance } from "./playout.ts";

/** Told when an utterance starts, and when nothing more of it will be played. */
export interface TimedPlayoutListener {
  started(utterance: Utterance): void;
  finished(utterance: Utterance): void;
  /** What was playing, or was about to, has been cut off. */
  cleared(): void;
}

/** Plays utterances to nobody: two timers each, for its beginning and its end. */
export class TimedPlayout implements SpeechOutput {
  readonly #clock: Clock;
  readonly #timers: Timers;
  readonly #listener: TimedPlayoutListener;
  #queue: (Utterance & { endMs: number })[] = [];
  #isConnected = false;
  /** When the first of the queue began; `undefined` before it has. */
  #startedAt: number | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor(clock: Clock, listener: TimedPlayoutListener) {
    this.#clock = clock;
    this.#timers = new Timers(clock);
    this.#listener = listener;
  }

  /** Begins to play. */
  connect(): void {
    this.#isConnected = true;
    this.#startNext();
  }

  play(utterance: Utterance): void {
    this.#queue.push({ ...utterance, endMs: utterance.turn.durationMs });
    if (this.#queue.length === 1) {
      this.#startNext();
    }
  }

  shorten(responseId: string, share: number): void {
    const utterance = this.#queue.find((queued) => queued.responseId === responseId);
    if (utterance === undefined) {
      return;
    }
    utterance.endMs = Math.ceil((utterance.turn.durationMs * share) / PACKET_MS) * PACKET_MS;
    if (utterance === this.#queue[0] && this.#startedAt !== undefined) {
      this.#awaitEnd(utterance, this.#startedAt);
    }
  }

  clear(): readonly CutUtterance[] {
    const startedAt = this.#startedAt;
    const cut = this.#queue.map(({ responseId, itemId, endMs }, index) => ({
      responseId,
      itemId,
      playedMs: index === 0 && startedAt !== undefined ? Math.min(endMs, Math.floor(this.#clock.now() - startedAt)) : 0,
    }));
    this.#queue = [];
    this.#startedAt = undefined;
    this.#cancelTimer?.();
    if (cut.length > 0) {
      this.#listener.cleared();
    }
    return cut;
  }

  /** Plays nothing more. */
  close(): void {
    this.#timers.close();
  }

  /** As with packets, an utterance begins with a tick of the pacer, and so not at once. */
  #startNext(): void {
    const next = this.#queue[0];
    if (!this.#isConnected || next === undefined) {
      return;
    }
    this.#cancelTimer = this.#timers.after(PACKET_MS, () => {
      const startedAt = this.#clock.now();
      this.#startedAt = startedAt;
      this.#awaitEnd(next, startedAt);
      this.#listener.started(next);
    });
  }

  #awaitEnd(utterance: Utterance & { endMs: number }, startedAt: number): void {
    this.#cancelTimer?.();
    const left = Math.max(0, startedAt + utterance.endMs - this.#clock.now());
    this.#cancelTimer = this.#timers.after(left, () => {
      this.#queue.shift();
      this.#startedAt = undefined;
      this.#startNext();
      this.#listener.finished(utterance);
    });
  }
}
