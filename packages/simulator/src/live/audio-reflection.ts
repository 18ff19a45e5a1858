import type { OutputAudioDeltaEvent } from "openai/resources/live/live";
import type { ConnectServerEvent } from "openai/resources/live/sideband/sideband";
import { FRAME_MS } from "../audio/pcm-frames.ts";
import type { Timeline } from "./timeline.ts";

/** The audio of both sides as sidebands get it. */
export interface AudioReflection {
  /** A packet of the candidate's. */
  received(opus: Uint8Array): void;
  /** A packet of the interviewer's. */
  sent(opus: Uint8Array): void;
  /** The candidate speaks for so long, in milliseconds, where no packets tell of it. */
  candidateSpeaks(durationMs: number): void;
  /** Somebody listens, or nobody any more. */
  listen(isHeard: boolean): void;
  /** Reflects nothing more. */
  close(): void;
}

/** Writes frames as they travel: without ids, and the candidate's without times. */
export class ReflectedFrames {
  readonly #timeline: Timeline;
  readonly #send: (text: string) => void;
  #outputEndMs = 0;

  constructor(timeline: Timeline, send: (text: string) => void) {
    this.#timeline = timeline;
    this.#send = send;
  }

  /** False while no audio comes, and so none is reflected. */
  get areFlowing(): boolean {
    return this.#timeline.isRunning;
  }

  /** The candidate's, before any muting. */
  input(audio: string): void {
    this.#send(JSON.stringify({ type: "session.input_audio.append", audio } satisfies ReflectedInput));
  }

  /** The interviewer's. */
  output(delta: string): void {
    const end_ms = this.#timeline.ms;
    const start_ms = Math.min(end_ms, Math.max(this.#outputEndMs, end_ms - FRAME_MS));
    this.#outputEndMs = end_ms;
    const event = { type: "session.output_audio.delta", delta, start_ms, end_ms } satisfies OutputAudioDeltaEvent;
    this.#send(JSON.stringify(event));
  }
}

type ReflectedInput = ConnectServerEvent.SessionInputAudioAppend;
