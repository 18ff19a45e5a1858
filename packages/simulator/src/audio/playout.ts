import { PACKET_MS, SILENCE_PACKET } from "./opus-packet.ts";
import type { SpokenTurn } from "../script/spoken-interview.ts";
import type { Paced } from "./pacer.ts";

/** One utterance, and the response and item it belongs to. */
export interface Utterance {
  readonly responseId: string;
  readonly itemId: string;
  readonly turn: SpokenTurn;
}

/** What was cut off: how much of it had been played, in milliseconds. */
export interface CutUtterance {
  readonly responseId: string;
  readonly itemId: string;
  readonly playedMs: number;
}

/** Told when an utterance starts and when it has been played to its end. */
export interface PlayoutListener {
  /** True while what is being said must wait. */
  isHeld(): boolean;
  started(responseId: string): void;
  finished(responseId: string): void;
}

/** The interviewer's voice as a session sees it; the output audio buffer of the API. */
export interface SpeechOutput {
  /** Queues an utterance behind those already queued. */
  play(utterance: Utterance): void;
  /** Keeps only the first `share` (0 to 1) of a queued utterance: the rest was never generated. */
  shorten(responseId: string, share: number): void;
  /** Cuts everything off. */
  clear(): readonly CutUtterance[];
}

/**
 * Feeds one call's stream: the queued utterances, and comfort silence between them, one packet per tick without a
 * break. A stream that never pauses keeps its RTP clock and the receiver's jitter buffer steady.
 */
export class Playout implements Paced, SpeechOutput {
  readonly #send: (opus: Uint8Array, marker: boolean) => void;
  readonly #listener: PlayoutListener;
  #queue: (Utterance & { end: number })[] = [];
  #position = 0;

  constructor(send: (opus: Uint8Array, marker: boolean) => void, listener: PlayoutListener) {
    this.#send = send;
    this.#listener = listener;
  }

  play(utterance: Utterance): void {
    this.#queue.push({ ...utterance, end: utterance.turn.packets.length });
  }

  shorten(responseId: string, share: number): void {
    const utterance = this.#queue.find((queued) => queued.responseId === responseId);
    if (utterance !== undefined) {
      utterance.end = Math.ceil(utterance.turn.packets.length * share);
    }
  }

  clear(): readonly CutUtterance[] {
    const cut = this.#queue.map(({ responseId, itemId }, index) => ({
      responseId,
      itemId,
      playedMs: index === 0 ? this.#position * PACKET_MS : 0,
    }));
    this.#queue = [];
    this.#position = 0;
    return cut;
  }

  tick(): void {
    const current = this.#queue[0];
    if (current === undefined || this.#listener.isHeld()) {
      this.#send(SILENCE_PACKET, false);
      return;
    }
    const first = this.#position === 0;
    this.#send(current.turn.packets[this.#position] ?? SILENCE_PACKET, first);
    this.#position += 1;
    if (first) {
      this.#listener.started(current.responseId);
    }
    // The listener may have cleared the queue; only what is still playing can finish.
    if (this.#queue[0] === current && this.#position >= current.end) {
      this.#queue.shift();
      this.#position = 0;
      this.#listener.finished(current.responseId);
    }
  }
}
