import type { Speaker } from "../upstreams/call-event.ts";

/** Who speaks in a session at the moment, and who spoke last. */
export class Speech {
  readonly #speaking = new Set<Speaker>();
  readonly #listeners = new Set<(role: Speaker, active: boolean) => void>();
  #last: Speaker | undefined;

  /** True while anybody speaks. */
  get isGoingOn(): boolean {
    return this.#speaking.size > 0;
  }

  /** True while the candidate thinks about what the interviewer has just said. */
  get isPaused(): boolean {
    return this.#speaking.size === 0 && this.#last === "interviewer";
  }

  isHeardFrom(role: Speaker): boolean {
    return this.#speaking.has(role);
  }

  note(role: Speaker, active: boolean): void {
    if (active) {
      this.#speaking.add(role);
      this.#last = role;
    } else {
      this.#speaking.delete(role);
    }
    for (const listener of this.#listeners) listener(role, active);
  }

  /** Hears who begins and who ceases to speak until the returned function is called. */
  listen(listener: (role: Speaker, active: boolean) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}
