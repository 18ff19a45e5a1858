import type { Clock } from "../clock.ts";
import type { Speaker } from "../upstreams/call-event.ts";
import { Utterance } from "./utterance.ts";

/** In a shorter absence nobody can have said something and been answered; in a longer one several turns may be missing. */
const SHORT_ABSENCE_MS = 2000;

/** When the sideband was last away. What a long absence hid is not known for a further one behind it: they count as one. */
export class Absence {
  readonly #clock: Clock;
  #lostAt: number | null = null;
  #backAt: number | null = null;
  #known: ReadonlySet<string> = new Set();
  #isFollowed = false;
  #isBridged = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isNow(): boolean {
    return this.#lostAt !== null && this.#backAt === null;
  }

  get hasBeen(): boolean {
    return this.#lostAt !== null;
  }

  /** True where more may have been missed than shows. */
  get isLong(): boolean {
    return this.#lostAt !== null && (this.#backAt ?? this.#clock.now()) - this.#lostAt >= SHORT_ABSENCE_MS;
  }

  /** True where no item has come since that could lead back to those missed. */
  get isLast(): boolean {
    return this.hasBeen && !this.#isFollowed;
  }

  /** @param known - the items whose turns were not final yet: they began before it */
  begin(since: number, known: Iterable<string>): void {
    if (!this.isLong || this.#isBridged) {
      this.#lostAt = since;
      this.#known = new Set(known);
    }
    this.#backAt = null;
    this.#isFollowed = false;
    this.#isBridged = false;
  }

  /** Something that was missed has its place. */
  noteFollowed(): void {
    this.#isFollowed = true;
  }

  /** It is known behind which one an item is. Where it came since and that one `isPlaced`, nothing was hidden between them. */
  noteChained(id: string, isPlaced: boolean): void {
    if (this.isNow || this.knew(id)) return;
    this.#isFollowed = true;
    this.#isBridged ||= isPlaced;
  }

  /** True for an item that was known when it began. */
  knew(id: string): boolean {
    return this.#known.has(id);
  }

  end(at = this.#clock.now()): void {
    this.#backAt = at;
  }

  /** Stands for what may have been said in it; `speaker` where it follows who must have spoken. */
  toGap(id: string, speaker?: Speaker): Utterance {
    const gap = new Utterance(id, speaker);
    gap.startedAt = this.#lostAt;
    gap.endedAt = this.#backAt;
    gap.isGivenUp = true;
    gap.isDoubtful = true;
    gap.isInferred = true;
    return gap;
  }
}

/**
 * Items whose places nobody told, in their likely order: as they were first heard of, except that an answer comes before its
 * reply. Transcriptions come late, so that the reply may be heard of first; the other way round cannot happen.
 */
export function inLikelyOrder(items: readonly Utterance[], lastSpeaker: Speaker | null): readonly Utterance[] {
  const answer = items.find(({ speaker }) => speaker === "candidate");
  if (answer === undefined || lastSpeaker !== "interviewer") return items;
  return [answer, ...items.filter((item) => item !== answer)];
}

/** Who must have spoken between two turns of one speaker; `undefined` where nobody must. */
export function speakerBetween(before: Speaker | null, after: Utterance | undefined): Speaker | undefined {
  if (before === null || after?.speaker !== before) return undefined;
  return before === "candidate" ? "interviewer" : "candidate";
}
