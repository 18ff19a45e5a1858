import type { ConversationOrder } from "./conversation-order.ts";
import { type Absence, gapNamed, isGap } from "./missed-items.ts";
import type { Responses } from "./responses.ts";
import type { Utterance } from "./utterance.ts";

interface Conversation {
  readonly order: ConversationOrder;
  readonly absence: Absence;
  readonly responses: Responses;
  /** Items whose turn was not told, in the order in which they were first heard of. */
  readonly open: Map<string, Utterance>;
}

/**
 * Voices of the interviewer of which only the end was heard, and not whose words they were. Each is the voice of a line that
 * becomes known later, or stands as a gap where it was heard.
 */
export class WordlessVoices {
  readonly #conversation: Conversation;
  /** It is not known how the last turn that was told was heard: the next voice may be that. */
  isLastUnheard = false;

  constructor(conversation: Conversation) {
    this.#conversation = conversation;
  }

  /** A response is heard no more, and its words are not known. */
  end(responseId: string): void {
    const { open, absence, responses } = this.#conversation;
    const hearing = responses.hearingOfItem(responseId);
    const line = [...open.values()].findLast(({ isUnheard }) => isUnheard);
    if (line !== undefined) line.hearing = hearing;
    else if (!this.isLastUnheard && absence.mayHide) {
      const voice = absence.toGap(gapNamed(responseId), "interviewer");
      voice.hearing = hearing;
      open.set(voice.id, voice);
    }
    this.isLastUnheard = false;
  }

  /** A line of which it is not known how it was heard is that of the last voice. */
  giveTo(line: Utterance): void {
    const voice = line.isUnheard ? this.#voices.at(-1) : undefined;
    if (voice === undefined) return;
    line.hearing = voice.hearing;
    this.#conversation.open.delete(voice.id);
  }

  /** The words of a response are known. */
  forget(responseId: string): void {
    const id = gapNamed(responseId);
    if (!this.#conversation.order.isKnown(id)) this.#conversation.open.delete(id);
  }

  /** Nothing is missing, so that every voice was that of a line. */
  forgetAll(): void {
    for (const { id } of this.#voices) this.#conversation.open.delete(id);
  }

  get #voices(): readonly Utterance[] {
    const { open, order } = this.#conversation;
    return [...open.values()].filter(({ id }) => isGap(id) && !order.isKnown(id));
  }
}
