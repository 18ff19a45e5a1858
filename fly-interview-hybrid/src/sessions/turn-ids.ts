import { turnIdOf } from "../transcripts/transcripts.ts";
import type { Speaker } from "../upstreams/call-event.ts";

/** The ids of one call's turns, for words on their way: they come many to a turn, and an id is a hash. */
export class TurnIds {
  readonly #callId: string;
  /** The two may speak at once. */
  readonly #last = new Map<Speaker, { readonly itemId: string; readonly turnId: string }>();

  constructor(callId: string) {
    this.#callId = callId;
  }

  of(itemId: string, speaker: Speaker): string {
    const last = this.#last.get(speaker);
    if (last?.itemId === itemId) return last.turnId;
    const turnId = turnIdOf(this.#callId, itemId);
    this.#last.set(speaker, { itemId, turnId });
    return turnId;
  }
}
