import type { Speaker } from "../upstreams/call-event.ts";
import type { ConversationOrder } from "./conversation-order.ts";
import { type Absence, gapNamed, inLikelyOrder, isGap, speakerBetween } from "./missed-items.ts";
import type { Utterance } from "./utterance.ts";

interface Conversation {
  readonly order: ConversationOrder;
  readonly absence: Absence;
  /** Items whose turn was not told, in the order in which they were first heard of. */
  readonly open: Map<string, Utterance>;
  /** An item has its place behind another, `null` for the first. */
  readonly placed: (itemId: string, previousId: string | null) => void;
}

/** Finds places for items of which nobody tells what is before them, and declares there what an absence may have hidden. */
export class UnprovenPlaces {
  readonly #conversation: Conversation;
  /** Of the last turn that was told, at first who would have spoken before the first one; `null`: it is not known who. */
  lastSpeaker: Speaker | null;

  constructor(conversation: Conversation, lastSpeaker: Speaker) {
    this.#conversation = conversation;
    this.lastSpeaker = lastSpeaker;
  }

  /** Puts an item of which no predecessor is told behind all that are known; an absence before it may have hidden others. */
  follow(id: string): void {
    const { absence } = this.#conversation;
    if (absence.hidesSeveralBefore([id])) this.#appendGap(absence.toGap(gapNamed(id)));
    this.#append(id);
  }

  /** Puts an item, of which only its successor is known, behind everything known, with what else has no place. */
  put(missing: Utterance): void {
    const { order, open } = this.#conversation;
    missing.isDoubtful = true;
    // Other missing items are put in their places each for itself.
    const elsewhere = new Set(order.missing).add(missing.id);
    const others = [...open.values()].filter(
      (other) => other.isDoubtful && !other.isActive && !order.isKnown(other.id) && !elsewhere.has(other.id),
    );
    // It is heard of when it is asked for; what stands behind it shows better since when it has been there.
    const heardOf = new Map([...open.keys()].map((id, index) => [id, index]));
    const since = (item: Utterance): number => Math.min(...this.#idsFrom(item).map((id) => heardOf.get(id) ?? 0));
    const all = [...others, missing].toSorted((one, other) => since(one) - since(other));
    for (const item of this.inLikelyOrder(all)) {
      this.declareBefore(item);
      item.isInferred = true;
      if (this.isCovered(item)) open.delete(item.id);
      else this.#append(item.id);
    }
  }

  /** Declares what an absence may have hidden before an item: anything, or the turn of the other between two of one speaker. */
  declareBefore(item: Utterance): void {
    const { absence } = this.#conversation;
    const between = speakerBetween(this.#speakerAtEnd, item);
    // What stands behind it was known before it was asked for itself.
    const chain = this.#idsFrom(item);
    const isHidden = absence.hidesSeveralBefore(chain) && !this.#isReplyToUnheard(item);
    if (isHidden) this.#appendGap(absence.toGap(gapNamed(item.id)));
    else if (between !== undefined) this.#appendGap(absence.toGap(gapNamed(item.id), between));
    // Where the voice was not heard, but what was made of it later, the reply may have been missed as well.
    if (!item.isVoiceMissed || chain.length > 1) absence.close(chain);
  }

  /** Declares what an absence may have hidden that nothing has come after. */
  declareAtEnd(): void {
    const { absence } = this.#conversation;
    if (absence.mayHideSeveral) this.#appendGap(absence.toGap(gapNamed("end")));
  }

  /** Those that began before an outage stand before those that came since. */
  inLikelyOrder(items: readonly Utterance[]): readonly Utterance[] {
    const { absence } = this.#conversation;
    const outages = (item: Utterance): number =>
      Math.min(...this.#chainFrom(item).map((next) => absence.outagesBefore(next)));
    const counts = [...new Set(items.map(outages))].toSorted((one, other) => one - other);
    return counts.reduce<readonly Utterance[]>((before, count) => {
      const since = items.filter((item) => outages(item) === count);
      const isAnybody = since.some((item) => absence.hidesSeveralBefore(this.#idsFrom(item)));
      const lastSpeaker = isAnybody ? null : (before.at(-1)?.speaker ?? this.#speakerAtEnd);
      return [...before, ...inLikelyOrder(since, lastSpeaker)];
    }, []);
  }

  /** A voice without words says no more than the gap of nobody in particular that it would stand behind. */
  isCovered({ id }: Utterance): boolean {
    const { order, open } = this.#conversation;
    const last = open.get(order.last ?? "");
    return isGap(id) && last !== undefined && isGap(last.id) && last.speaker === undefined;
  }

  /** An answer is transcribed while it is replied to: between the two nothing is hidden. */
  #isReplyToUnheard({ speaker }: Utterance): boolean {
    const { order, open } = this.#conversation;
    return speaker === "interviewer" && open.get(order.last ?? "")?.isVoiceMissed === true;
  }

  /** An item, and what is known to stand behind it. */
  #chainFrom(item: Utterance): readonly Utterance[] {
    const { order, open } = this.#conversation;
    return [item, ...order.behind(item.id).flatMap((id) => open.get(id) ?? [])];
  }

  #idsFrom(item: Utterance): readonly string[] {
    return this.#chainFrom(item).map(({ id }) => id);
  }

  /** Who has spoken last of those that have their places; `null`: it is not known who. */
  get #speakerAtEnd(): Speaker | null {
    const { order, open } = this.#conversation;
    const last = order.pending.findLast((id) => open.get(id)?.speaker !== null);
    return last === undefined ? this.lastSpeaker : (open.get(last)?.speaker ?? null);
  }

  #appendGap(gap: Utterance): void {
    this.#conversation.open.set(gap.id, gap);
    this.#append(gap.id);
  }

  /** Should another process go on with the call, it has to find the same order, gaps included. */
  #append(id: string): void {
    const { order, placed } = this.#conversation;
    placed(id, order.end);
    order.append(id);
  }
}
