import type { Clock } from "../clock.ts";
import type { Speaker } from "../upstreams/call-event.ts";
import { Utterance } from "./utterance.ts";

/** In a shorter absence nobody can have said something and been answered; in a longer one several turns may be missing. */
const SHORT_ABSENCE_MS = 2000;

/** Names that no provider gives. */
const GAP_PREFIX = "gap:";

/** The name of what stands for something that was missed; `of`: what is unique in the call. */
export function gapNamed(of: string): string {
  return `${GAP_PREFIX}${of}`;
}

export function isGap(id: string): boolean {
  return id.startsWith(GAP_PREFIX);
}

/** A provider whose sideband breaks more often than this before anything leads back over it runs wild. */
const MAX_OUTAGES = 50;

/** One time for which the sideband was away. */
interface Outage {
  readonly lostAt: number;
  /** False where another process's clock showed that, which may be minutes off. */
  readonly isTimed: boolean;
  /** `null`: it still is. */
  backAt: number | null;
  /** The items whose turns were not final then: they began before it. */
  readonly known: ReadonlySet<string>;
}

/** When the sideband was away, and what of that may still hide something. Times are milliseconds since the epoch. */
export class Absence {
  readonly #clock: Clock;
  /** Those that nothing has led back over, oldest first. */
  #outages: Outage[] = [];
  #isNow = false;
  #hasBeen = false;
  /** The last stretch of time in which something was missed. */
  #stretch: { readonly from: number | null; readonly to: number | null } = { from: null, to: null };

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get isNow(): boolean {
    return this.#isNow;
  }

  get hasBeen(): boolean {
    return this.#hasBeen;
  }

  /** True where something may have been missed that nothing has led back to. */
  get mayHide(): boolean {
    return this.#outages.length > 0;
  }

  /** True where that may be several turns: also where it was away for moments, with nothing in between that shows. */
  get mayHideSeveral(): boolean {
    const [first] = this.#outages;
    if (first === undefined) return false;
    const isTimed = this.#outages.every((outage) => outage.isTimed);
    return this.#isLong({ ...first, isTimed, backAt: this.#outages.at(-1)?.backAt ?? null });
  }

  /**
   * @param known - the items whose turns were not final yet: they began before it
   * @param isTimed - whether `since` is by this process's clock
   */
  begin(since: number, known: Iterable<string>, isTimed: boolean): void {
    this.#isNow = true;
    this.#hasBeen = true;
    this.#outages.push({ lostAt: since, isTimed, backAt: null, known: new Set(known) });
    if (this.#outages.length > MAX_OUTAGES) this.#outages.shift();
    this.#noteStretch();
  }

  end(at = this.#clock.now()): void {
    this.#isNow = false;
    const last = this.#outages.at(-1);
    if (last !== undefined) last.backAt = at;
    this.#noteStretch();
  }

  /**
   * How many outages an item has come after, of those that may hide something: an order of items, as far as it goes. An answer
   * whose voice nobody heard was begun in a long one, however late its words came.
   */
  outagesBefore({ id, speaker, startedAt }: Utterance): number {
    const before = this.#outages.filter(({ known }) => !known.has(id));
    const isUnheard = speaker === "candidate" && startedAt === null;
    const begunIn = isUnheard ? before.findLastIndex((outage) => this.#isLong(outage)) : -1;
    return begunIn < 0 ? before.length : begunIn + 1;
  }

  /** True where several turns may be hidden right before an item that nothing leads back from. */
  hidesSeveralBefore(id: string): boolean {
    return this.#outages.some((outage) => !outage.known.has(id) && this.#isLong(outage));
  }

  /** What was hidden before an item is known, or declared: either way nothing more is. */
  close(id: string): void {
    if (!this.#isNow) this.#outages = this.#outages.filter(({ known }) => known.has(id));
  }

  /** Stands for what may have been said meanwhile; `speaker` where it follows who must have spoken. */
  toGap(id: string, speaker?: Speaker): Utterance {
    const gap = new Utterance(id, speaker);
    gap.startedAt = this.#stretch.from;
    gap.endedAt = this.#stretch.to;
    gap.isGivenUp = true;
    gap.isDoubtful = true;
    gap.isInferred = true;
    return gap;
  }

  #isLong({ lostAt, isTimed, backAt }: Outage): boolean {
    const ms = (backAt ?? this.#clock.now()) - lostAt;
    // Where the clock was set back meanwhile nobody knows how long it was.
    return !isTimed || ms < 0 || ms >= SHORT_ABSENCE_MS;
  }

  #noteStretch(): void {
    this.#stretch = { from: this.#outages[0]?.lostAt ?? null, to: this.#outages.at(-1)?.backAt ?? null };
  }
}

/**
 * Items whose places nobody told, in their likely order: as they were first heard of, except that an answer comes before its
 * reply. Transcriptions come late, so that of an answer whose voice nobody heard the reply may be heard of first; the other
 * way round cannot happen. Who speaks at the moment comes last, also behind the line that it cuts off.
 *
 * @param lastSpeaker - who spoke before them; `null` where that is not known
 */
export function inLikelyOrder(items: readonly Utterance[], lastSpeaker: Speaker | null): readonly Utterance[] {
  const over = items.filter(({ isActive }) => !isActive);
  const answer = over.find(({ speaker }) => speaker === "candidate");
  const isMoved = answer?.startedAt === null && lastSpeaker !== "candidate";
  return [
    ...(isMoved ? [answer, ...over.filter((item) => item !== answer)] : over),
    ...items.filter(({ isActive }) => isActive),
  ];
}

/** Who must have spoken between two turns of one speaker; `undefined` where nobody must. */
export function speakerBetween(before: Speaker | null, after: Utterance | undefined): Speaker | undefined {
  if (before === null || after?.speaker !== before) return undefined;
  return before === "candidate" ? "interviewer" : "candidate";
}
