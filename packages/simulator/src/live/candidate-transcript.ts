import type { Timers } from "../clock.ts";
import type { SaidWords } from "../session/voice-session.ts";
import { fragmentsOf, type TimedText, wordsOf } from "./fragments.ts";

/** Where nobody knows how long an answer will take: about as fast as people speak. */
const WORD_MS = 300;

/** Told what the candidate says. */
export interface CandidateTranscriptListener {
  spoke(piece: TimedText): void;
  said(words: SaidWords): void;
}

/** An utterance of the candidate, as it begins. */
export interface BegunSpeech {
  /** What it is deemed to be; empty: nothing intelligible. */
  readonly text: string;
  /** On the timeline. */
  readonly startMs: number;
  /** How long it will take, in milliseconds, where that is known. */
  readonly durationMs: number | undefined;
}

/** What the candidate says, transcribed word by word while it is said; what is left over comes when the voice falls silent. */
export class CandidateTranscript {
  readonly #timers: Timers;
  readonly #listener: CandidateTranscriptListener;
  #speech:
    | { readonly fragments: readonly string[]; readonly startMs: number; endMs: number; heard: number }
    | undefined;
  #isCutOff = false;
  #cancelTimer: (() => void) | undefined;

  constructor(timers: Timers, listener: CandidateTranscriptListener) {
    this.#timers = timers;
    this.#listener = listener;
  }

  /** True from the beginning of an utterance to the silence after it. */
  get isSpeaking(): boolean {
    return this.#speech !== undefined;
  }

  /** The candidate has begun to speak. */
  begin({ text, startMs, durationMs }: BegunSpeech): void {
    const fragments = fragmentsOf(text);
    const speech = { fragments, startMs, endMs: startMs, heard: 0 };
    this.#speech = speech;
    this.#isCutOff = false;
    const interval = durationMs === undefined ? WORD_MS : durationMs / fragments.length;
    const awaitNext = (): void => {
      if (speech.heard < fragments.length) {
        this.#cancelTimer = this.#timers.after(interval, () => {
          this.#hear(Math.round(interval * (speech.heard + 1)) + startMs);
          awaitNext();
        });
      }
    };
    awaitNext();
  }

  /** No more of it is heard, although it goes on. */
  cutOff(): void {
    this.#cancelTimer?.();
    this.#isCutOff = true;
  }

  /** The voice fell silent at `endMs` on the timeline. */
  end(endMs: number): void {
    const speech = this.#speech;
    if (speech === undefined) {
      return;
    }
    this.#cancelTimer?.();
    const from = speech.endMs;
    const left = this.#isCutOff ? 0 : speech.fragments.length - speech.heard;
    const share = Math.max(0, endMs - from) / Math.max(1, left);
    for (let i = 1; i <= left; i += 1) {
      this.#hear(Math.round(from + share * i));
    }
    this.#speech = undefined;
    const { fragments, startMs, heard } = speech;
    this.#listener.said({
      role: "candidate",
      text: wordsOf(fragments.slice(0, heard)),
      cutOff: heard < fragments.length,
      startMs,
      endMs: Math.max(speech.endMs, endMs),
    });
  }

  #hear(endMs: number): void {
    const speech = this.#speech;
    const delta = speech?.fragments[speech.heard];
    if (speech === undefined || delta === undefined) {
      return;
    }
    const start_ms = speech.endMs;
    speech.heard += 1;
    speech.endMs = Math.max(start_ms, endMs);
    this.#listener.spoke({ delta, start_ms, end_ms: speech.endMs });
  }
}
