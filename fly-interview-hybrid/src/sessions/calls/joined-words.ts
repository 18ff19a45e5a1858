import type { Clock } from "../../clock.ts";
import { turnIdOf } from "../../transcripts/transcripts.ts";
import type { Speaker } from "../../upstreams/call-event.ts";

/**
 * Words come by the dozen a second, and to send them one by one costs as much as all the rest of a call (measured). So long,
 * in milliseconds, they are collected; the interviewer's are ahead of the voice by more.
 */
const JOINED_FOR_MS = 200;

type Tell = (turnId: string, speaker: Speaker, text: string) => void;

interface Utterance {
  readonly itemId: string;
  readonly turnId: string;
  text: string;
}

/** The words of one call on their way to whoever is connected, a few told at once. */
export class JoinedWords {
  readonly #callId: string;
  readonly #clock: Clock;
  readonly #tell: Tell;
  /** The two may speak at once. */
  readonly #utterances = new Map<Speaker, Utterance>();
  #cancel: (() => void) | undefined;

  constructor(callId: string, clock: Clock, tell: Tell) {
    this.#callId = callId;
    this.#clock = clock;
    this.#tell = tell;
  }

  add(itemId: string, speaker: Speaker, text: string): void {
    let utterance = this.#utterances.get(speaker);
    if (utterance?.itemId !== itemId) {
      this.flush();
      utterance = { itemId, turnId: turnIdOf(this.#callId, itemId), text: "" };
      this.#utterances.set(speaker, utterance);
    }
    utterance.text += text;
    this.#cancel ??= this.#clock.after(JOINED_FOR_MS, () => this.flush());
  }

  /** Tells what was collected. To be called before anything that ends an utterance is told. */
  flush(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    for (const [speaker, utterance] of this.#utterances) {
      if (utterance.text !== "") this.#tell(utterance.turnId, speaker, utterance.text);
      utterance.text = "";
    }
  }
}
