import { PACKET_MS } from "../audio/opus-packet.ts";
import type { AudioLevel } from "../audio/rtp.ts";
import type { Clock } from "../clock.ts";
import type { ClientEventError } from "./client-event-error.ts";
import { newId } from "./ids.ts";
import { type SpeechDetection, VoiceActivity } from "./voice-activity.ts";

/** Bytes of a millisecond of the API's PCM: 24 kHz, 16 bit, mono. */
const PCM_BYTES_PER_MS = 48;

/** One finished utterance. Times are milliseconds since the audio began. */
export interface CandidateTurn {
  readonly itemId: string;
  readonly audioMs: number;
  readonly audioEndMs: number;
}

/** Told what the candidate does. */
export interface CandidateListener {
  speechStarted(itemId: string, audioStartMs: number): void;
  speechStopped(turn: CandidateTurn): void;
}

/** The input audio buffer: turns audio into utterances, by turn detection or by commits. */
export class CandidateInput {
  readonly #clock: Clock;
  readonly #listener: CandidateListener;
  readonly #voice: VoiceActivity;
  #epoch: number;
  #turn: { readonly itemId: string; readonly startMs: number } | undefined;
  #bufferedMs = 0;
  #segments = 0;

  constructor(clock: Clock, detection: SpeechDetection | null, listener: CandidateListener) {
    this.#clock = clock;
    this.#listener = listener;
    this.#epoch = clock.now();
    this.#voice = new VoiceActivity(clock, detection, {
      speechStarted: (at) => this.#started(at),
      speechStopped: (at) => this.#stopped(at),
    });
  }

  /** Utterances detected or committed so far. */
  get segments(): number {
    return this.#segments;
  }

  /** Times count from here. */
  audioStarted(): void {
    this.#epoch = this.#clock.now();
  }

  /** Takes new turn detection settings; switched off, a turn in progress is dropped. */
  configure(detection: SpeechDetection | null): void {
    this.#voice.configure(detection);
    if (detection === null) {
      this.#turn = undefined;
    }
  }

  /** Takes the level of one packet. */
  hear(level: AudioLevel): void {
    this.#bufferedMs += PACKET_MS;
    this.#voice.hear(level);
  }

  /** Takes speech of so long, in milliseconds, that begins now, where no packets tell of it. */
  hearSpeech(durationMs: number): void {
    this.#bufferedMs += durationMs;
    this.#voice.hearSpeech(durationMs);
  }

  /** Takes PCM that came in an event, as base64; only its length matters to a script. */
  append(audio: string): ClientEventError | undefined {
    const bytes = Buffer.from(audio, "base64").length;
    if (bytes === 0) {
      return { code: "invalid_value", message: "Invalid value for 'audio'.", param: "audio" };
    }
    this.#bufferedMs += bytes / PCM_BYTES_PER_MS;
    return undefined;
  }

  /** Forgets what was buffered. */
  clear(): void {
    this.#bufferedMs = 0;
  }

  /** Takes what was buffered as one utterance; `undefined` where there is nothing. */
  commit(): CandidateTurn | undefined {
    if (this.#bufferedMs === 0) {
      return undefined;
    }
    const audioMs = Math.round(this.#bufferedMs);
    const itemId = this.#turn?.itemId ?? newId("item");
    this.#voice.close();
    this.#turn = undefined;
    this.#bufferedMs = 0;
    this.#segments += 1;
    return { itemId, audioMs, audioEndMs: this.#sinceEpoch(this.#clock.now()) };
  }

  /** From now on there is silence. */
  hush(): void {
    this.#voice.hush();
  }

  /** Stops listening. */
  close(): void {
    this.#voice.close();
  }

  #started(at: number): void {
    const turn = { itemId: newId("item"), startMs: this.#sinceEpoch(at) };
    this.#turn = turn;
    this.#listener.speechStarted(turn.itemId, turn.startMs);
  }

  #stopped(at: number): void {
    if (this.#turn === undefined) {
      return;
    }
    const { itemId, startMs } = this.#turn;
    this.#turn = undefined;
    this.#bufferedMs = 0;
    this.#segments += 1;
    const audioEndMs = this.#sinceEpoch(at);
    this.#listener.speechStopped({ itemId, audioMs: audioEndMs - startMs, audioEndMs });
  }

  #sinceEpoch(at: number): number {
    return Math.max(0, Math.round(at - this.#epoch));
  }
}
