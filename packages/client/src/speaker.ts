import { clientError } from "./errors.ts";

/** What the interviewer is heard through. */
export class Speaker {
  readonly #element: () => HTMLAudioElement;
  #chosen: string | undefined;
  /** The chosen one was unplugged, and the system's default plays meanwhile. */
  #isAway = false;

  constructor(element: () => HTMLAudioElement) {
    this.#element = element;
  }

  /** The one in use; `undefined`: the system's default. */
  get id(): string | undefined {
    return this.#isAway ? undefined : this.#chosen;
  }

  get canSelect(): boolean {
    return "setSinkId" in this.#element();
  }

  /** Rejects with `SPEAKER_UNAVAILABLE`. */
  async select(id: string): Promise<void> {
    if (!this.canSelect) throw clientError("SPEAKER_UNAVAILABLE");
    await this.#playThrough(id);
    this.#chosen = id;
    this.#isAway = false;
  }

  /** Some browsers fall silent when the speaker goes away. */
  async devicesChanged(speakers: readonly { readonly id: string }[]): Promise<void> {
    if (this.#chosen === undefined || speakers.length === 0) return;
    const isAway = !speakers.some(({ id }) => id === this.#chosen);
    if (isAway === this.#isAway) return;
    this.#isAway = isAway;
    await this.#playThrough(isAway ? "" : this.#chosen).catch(() => {});
  }

  async #playThrough(id: string): Promise<void> {
    try {
      await this.#element().setSinkId(id);
    } catch (cause) {
      throw clientError("SPEAKER_UNAVAILABLE", { cause });
    }
  }
}
