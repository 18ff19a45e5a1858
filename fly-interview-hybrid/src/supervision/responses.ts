import type { Speaker } from "../upstreams/call-event.ts";
import type { Hearing } from "./utterance.ts";

/** One is heard after the other, so that only the last few are still told of; the oldest are forgotten. */
const MAX_RESPONSES = 25;

/** How the responses of a call are heard, one after the other, and who is speaking. */
export class Responses {
  readonly #hearings = new Map<string, Hearing>();
  #playing: Hearing | undefined;
  readonly #speaking: Record<Speaker, boolean> = { candidate: false, interviewer: false };
  readonly #onSpeaking: (speaker: Speaker, active: boolean) => void;

  constructor(onSpeaking: (speaker: Speaker, active: boolean) => void) {
    this.#onSpeaking = onSpeaking;
  }

  /** How a response is heard; made where it was not known. */
  hearing(responseId: string): Hearing {
    let hearing = this.#hearings.get(responseId);
    if (hearing === undefined) {
      hearing = { state: "not_started", startedAt: null, endedAt: null, hasItem: false, done: undefined };
      this.#hearings.set(responseId, hearing);
      const [oldest = ""] = this.#hearings.keys();
      if (this.#hearings.size > MAX_RESPONSES) this.#hearings.delete(oldest);
    }
    return hearing;
  }

  /** How a response is heard whose item is known. */
  hearingOfItem(responseId: string): Hearing {
    const hearing = this.hearing(responseId);
    hearing.hasItem = true;
    return hearing;
  }

  /** True while one is being heard. */
  get isAnyPlaying(): boolean {
    return this.#playing !== undefined;
  }

  /** A response is heard from now on. There is one voice: whatever was heard before has come to its end. */
  start(responseId: string, now: number): void {
    const hearing = this.hearing(responseId);
    if (hearing.state !== "not_started") return;
    this.#stopPlaying("finished", now);
    hearing.state = "playing";
    hearing.startedAt = now;
    this.#playing = hearing;
    this.setSpeaking("interviewer", true);
  }

  /** A response is not heard any more. */
  stop(responseId: string, state: "finished" | "cut", now: number): void {
    const hearing = this.hearing(responseId);
    if (hearing === this.#playing) {
      this.#stopPlaying(state, now);
      this.setSpeaking("interviewer", false);
    } else if (hearing.state === "not_started") {
      // Its beginning was missed, or it was cleared before it was heard.
      hearing.state = state;
      hearing.endedAt = now;
    }
  }

  /** The call is over, and with it every voice; `null`: nobody knows since when. */
  end(now: number | null): void {
    this.#stopPlaying("cut", now);
    this.setSpeaking("interviewer", false);
    this.setSpeaking("candidate", false);
  }

  /** Tells only changes. */
  setSpeaking(speaker: Speaker, active: boolean): void {
    if (this.#speaking[speaker] === active) return;
    this.#speaking[speaker] = active;
    this.#onSpeaking(speaker, active);
  }

  #stopPlaying(state: "finished" | "cut", now: number | null): void {
    if (this.#playing === undefined) return;
    this.#playing.state = state;
    this.#playing.endedAt = now;
    this.#playing = undefined;
  }
}
