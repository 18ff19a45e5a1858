import { PACKET_MS } from "../audio/opus-packet.ts";
import type { SpeechOutput } from "../audio/playout.ts";
import type { Timers } from "../clock.ts";
import type { SpokenTurn } from "../script/spoken-interview.ts";
import { newId } from "../session/ids.ts";
import type { SaidWords } from "../session/voice-session.ts";
import { fragmentsOf, type TimedText, wordsOf } from "./fragments.ts";
import type { Timeline } from "./timeline.ts";

/** Told what the interviewer says. */
export interface InterviewerListener {
  /** A piece of it was heard. */
  spoke(piece: TimedText): void;
  /** An utterance was cut off, or has come to its end. */
  said(words: SaidWords): void;
  /** An utterance was heard to its end. */
  finished(turn: SpokenTurn): void;
}

/** What the voice is made of. */
export interface InterviewerVoiceOptions {
  readonly output: SpeechOutput;
  readonly timers: Timers;
  readonly timeline: Timeline;
  readonly listener: InterviewerListener;
}

interface Utterance {
  readonly turn: SpokenTurn;
  readonly fragments: readonly string[];
  readonly startMs: number;
  heard: number;
}

/** The interviewer's voice: utterance after utterance, each transcribed word by word as it is heard. */
export class InterviewerVoice {
  readonly #options: InterviewerVoiceOptions;
  readonly #queued = new Map<string, SpokenTurn>();
  #current: Utterance | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor(options: InterviewerVoiceOptions) {
    this.#options = options;
  }

  /** What is being heard at the moment. */
  get current(): SpokenTurn | undefined {
    return this.#current?.turn;
  }

  /** Says something, after what is being said. */
  say(turn: SpokenTurn): void {
    const id = newId("item");
    this.#queued.set(id, turn);
    this.#options.output.play({ responseId: id, itemId: id, turn });
  }

  /** Falls silent at once; nothing tells of it but the words that do not come. */
  stop(): void {
    const cut = this.#current;
    this.#cancelTimer?.();
    this.#current = undefined;
    this.#queued.clear();
    this.#options.output.clear();
    if (cut !== undefined && cut.heard > 0) {
      const { heard, fragments, startMs } = cut;
      const endMs = Math.max(startMs, this.#options.timeline.ms);
      const text = wordsOf(fragments.slice(0, heard));
      this.#options.listener.said({ role: "interviewer", text, cutOff: true, startMs, endMs });
    }
  }

  /** The output has begun to play an utterance. */
  started(id: string): void {
    const turn = this.#queued.get(id);
    if (turn === undefined) {
      return;
    }
    this.#queued.delete(id);
    const { timers, timeline } = this.#options;
    const utterance: Utterance = { turn, fragments: fragmentsOf(turn.text), startMs: timeline.ms, heard: 0 };
    this.#current = utterance;
    const interval = turn.durationMs / utterance.fragments.length;
    const awaitNext = (): void => {
      // The last word is heard when the output says that all of it was played.
      if (utterance.heard < utterance.fragments.length - 1) {
        this.#cancelTimer = timers.after(interval, hear);
      }
    };
    const hear = (): void => {
      if (timeline.isRunning) {
        this.#hear(utterance);
        awaitNext();
      } else {
        this.#cancelTimer = timers.after(PACKET_MS, hear);
      }
    };
    awaitNext();
  }

  /** The output has played an utterance to its end. */
  ended(): void {
    const utterance = this.#current;
    if (utterance === undefined) {
      return;
    }
    this.#cancelTimer?.();
    while (utterance.heard < utterance.fragments.length) {
      this.#hear(utterance);
    }
    this.#current = undefined;
    const { turn, startMs } = utterance;
    const endMs = startMs + Math.round(turn.durationMs);
    this.#options.listener.said({ role: "interviewer", text: turn.text, cutOff: false, startMs, endMs });
    this.#options.listener.finished(turn);
  }

  #hear(utterance: Utterance): void {
    const { turn, fragments, startMs, heard } = utterance;
    const at = (index: number): number => startMs + Math.round((turn.durationMs * index) / fragments.length);
    utterance.heard += 1;
    this.#options.listener.spoke({ delta: fragments[heard] ?? "", start_ms: at(heard), end_ms: at(heard + 1) });
  }
}
