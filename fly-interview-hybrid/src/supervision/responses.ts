import type { Speaker } from "../upstreams/call-event.ts";
import type { Hearing } from "./utterance.ts";

/** An interview has a few hundred responses; the oldest are forgotten. */
const MAX_RESPONSES = 1000;

/** How the responses of a call are heard, one after the other, and who is speaking. */
export class Responses {
  readonly #hearings = new Map<string, Hearing>();
  readonly #speaking: Record<Speaker, boolean> = { candidate: false, interviewer: false };
  readonly #onSpeaking: (speaker: Speaker, active: boolean) => void;

  constructor(onSpeaking: (speaker: Speaker, active: boolean) => void) {
    this.#onSpeaking = onSpeaking;
  }

  /** How a response is heard; made where it was not known. */
  hearing(responseId: string): Hearing {
    let hearing = this.#hearings.get(responseId);
    if (hearing === undefined) {
      hearing = { state: "not_started", startedAt: null, endedAt: null, done: undefined };
      this.#hearings.set(responseId, hearing);
      if (this.#hearings.size > MAX_RESPONSES) this.#hearings.delete([...this.#hearings.keys()][0] ?? "");
    }
    return hearing;
  }

  /** True while one is being heard. */
  get isAnyPlaying(): boolean {
    return this.#speaking.interviewer;
  }

  /** A response is heard from now on. There is one voice: whatever was heard before has come to its end. */
  start(responseId: string, now: number): void {
    const hearing = this.hearing(responseId);
    if (hearing.state !== "not_started") return;
    this.#stopAll("finished", now);
    hearing.state = "playing";
    hearing.startedAt = now;
    this.setSpeaking("interviewer", true);
  }

  /** A response is not heard any more. */
  stop(responseId: string, state: "finished" | "cut", now: number): void {
    const hearing = this.hearing(responseId);
    if (hearing.state === "finished" || hearing.state === "cut") return;
    hearing.state = state;
    hearing.endedAt = now;
    if (![...this.#hearings.values()].some((other) => other.state === "playing"))
      this.setSpeaking("interviewer", false);
  }

  /** The call is over, and with it every voice; `null`: nobody knows since when. */
  end(now: number | null): void {
    this.#stopAll("cut", now);
    this.setSpeaking("interviewer", false);
    this.setSpeaking("candidate", false);
  }

  /** Tells only changes. */
  setSpeaking(speaker: Speaker, active: boolean): void {
    if (this.#speaking[speaker] === active) return;
    this.#speaking[speaker] = active;
    this.#onSpeaking(speaker, active);
  }

  #stopAll(state: "finished" | "cut", now: number | null): void {
    for (const hearing of this.#hearings.values()) {
      if (hearing.state !== "playing") continue;
      hearing.state = state;
      hearing.endedAt = now;
    }
  }
}
