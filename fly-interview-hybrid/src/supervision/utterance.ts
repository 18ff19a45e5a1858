import type { CallItem, Speaker } from "../upstreams/call-event.ts";
import type { AssembledTurn } from "./assembled-turn.ts";

/** No utterance has more characters; what is beyond comes from a provider that runs wild. */
const MAX_CHARACTERS = 100_000;

/** How one response is heard. */
export interface Hearing {
  state: "not_started" | "playing" | "finished" | "cut";
  startedAt: number | null;
  endedAt: number | null;
  /** True once it is known what is heard. */
  hasItem: boolean;
  /** How its generation ended, once it has. */
  done: "completed" | "cancelled" | "failed" | "incomplete" | undefined;
}

/** What is known of one item, and what turn it makes. */
export class Utterance {
  readonly id: string;
  /** `undefined`: not known yet; `null`: no utterance. */
  speaker: Speaker | null | undefined;
  hearing: Hearing | undefined;
  startedAt: number | null = null;
  endedAt: number | null = null;
  /** The candidate is speaking at the moment. */
  isActive = false;
  isFailed = false;
  /** The connection was lost while it was open, so that some of what happened to it is not known. */
  isDoubtful = false;
  /** Its words are overdue and were asked for. */
  isLate = false;
  /** Its place was not told, or not even that it is one. */
  isInferred = false;
  /** Nothing more is to be expected of it. */
  isGivenUp = false;
  #deltas = "";
  /** Between these pieces, or before them, one may have been missed. */
  #isPieced = false;
  #text: string | undefined;
  #isSpoken = true;
  #isCut = false;
  #heardMs: number | null = null;
  #heardText: string | null = null;

  constructor(id: string, speaker?: Speaker | null) {
    this.id = id;
    this.speaker = speaker;
  }

  /** Takes what the provider says of the item as a whole. */
  learn(item: CallItem): void {
    this.speaker ??= item.speaker;
    this.#isSpoken = item.spoken;
    // A truncated item comes back without its words; what was generated stays known.
    if (item.text !== null && item.status !== "in_progress") this.#text ??= item.text;
  }

  /** The same, of an item that was asked for. */
  learnAgain(item: CallItem): void {
    this.learn(item);
    // It is in the conversation, so it has been said, although nobody may have told us so.
    this.isActive = false;
    // The provider takes the words of what was not heard out of the item: that is how a truncation shows afterwards.
    if (item.speaker === "interviewer" && item.spoken && item.text === null && item.status !== "in_progress")
      this.#isCut = true;
  }

  addDelta(text: string): void {
    this.#isPieced ||= this.isDoubtful;
    if (this.#deltas.length < MAX_CHARACTERS) this.#deltas += text;
  }

  setText(text: string, isSpoken: boolean): void {
    this.#text = text.slice(0, MAX_CHARACTERS);
    this.#isSpoken = isSpoken;
  }

  /** Its words could not be made out. */
  fail(): void {
    this.isFailed = true;
  }

  /** The candidate begins or ceases to say it. */
  setActive(active: boolean, now: number): void {
    this.isActive = active;
    if (active) this.startedAt ??= now;
    else this.endedAt ??= now;
  }

  /** It was said in one moment, as what is typed is. */
  saidAt(now: number): void {
    this.startedAt ??= now;
    this.endedAt ??= now;
  }

  /** Only so much of it was heard; `null`: not known how much. `heardText`: these words, where they are known. */
  cut(heardMs: number | null, heardText: string | null = null): void {
    this.#isCut = true;
    this.#heardMs ??= heardMs;
    this.#heardText ??= heardText;
  }

  /** True where some words are known, or are known not to be. */
  get hasWords(): boolean {
    return this.#text !== undefined || this.#deltas !== "" || this.isFailed;
  }

  /** True for words of the candidate that were typed: nobody has spoken them. */
  get isTyped(): boolean {
    return this.speaker === "candidate" && !this.#isSpoken;
  }

  /** How it is heard, as far as that is known. */
  get hearingState(): Hearing["state"] {
    return this.hearing?.state ?? "not_started";
  }

  /** True for a line of which nobody has told how it is heard, or by which response it is. */
  get isUnheard(): boolean {
    return this.speaker === "interviewer" && this.hearing === undefined && this.#isSpoken;
  }

  /** True for an answer of which only the words were told: nobody heard it begin or end. */
  get isVoiceMissed(): boolean {
    return this.speaker === "candidate" && this.startedAt === null && this.endedAt === null;
  }

  /** True for noise that began like speech and never became part of the conversation. */
  get isNoise(): boolean {
    return !this.hasWords && !this.isActive && !this.isDoubtful;
  }

  /** True for a voice that may have ended while nobody listened. */
  get mayBeOver(): boolean {
    return this.isPlayingUnsure || (this.isDoubtful && this.hearingState === "not_started");
  }

  /** True for a voice that was being heard before nobody listened for a while. */
  get isPlayingUnsure(): boolean {
    return this.isDoubtful && this.hearingState === "playing";
  }

  /** True when its turn can be told. */
  get isSettled(): boolean {
    if (this.isGivenUp || this.speaker === null) return true;
    if (this.speaker === "candidate") return this.#text !== undefined || this.isFailed;
    if (this.speaker === undefined || !this.hasText) return false;
    return !this.#isSpoken || this.#isCut || this.hearingState === "finished";
  }

  /** True when all words of it are known that will ever be. */
  get hasText(): boolean {
    if (this.#text !== undefined || this.hearing?.done !== undefined) return true;
    // What was cut off while nobody listened will not be told any more.
    return this.#isCut && this.isDoubtful;
  }

  /** The final turn; `undefined` where nothing was said. */
  toTurn(): AssembledTurn | undefined {
    if (this.speaker === null) return undefined;
    return this.speaker === "interviewer" ? this.#interviewerTurn() : this.#candidateTurn();
  }

  #candidateTurn(): AssembledTurn | undefined {
    if (this.isFailed && this.#text === undefined) return this.#turn({ status: "failed" });
    if (this.#text === undefined) return this.#turn({ status: "gap", text: this.#deltas || null });
    // Noise that was taken for speech has an empty transcript: nobody said anything.
    return this.#text.trim() === "" ? undefined : this.#turn({ status: "complete", text: this.#text });
  }

  #interviewerTurn(): AssembledTurn | undefined {
    const { text, isWhole } = this.#generated();
    if (text === "" || text === null) {
      const isSilent = isWhole || (this.#isCut && !this.isDoubtful);
      return isSilent ? undefined : this.#turn({ status: "gap" });
    }
    if (this.#isCut && (isWhole || !this.#isPieced)) {
      const heardText = this.#heardText ?? (this.#heardMs === 0 ? "" : null);
      return this.#turn({ status: "interrupted", text, heardText, heardMs: this.#heardMs });
    }
    if (!isWhole) return this.#turn({ status: "gap", text });
    const isHeard = !this.#isSpoken || this.hearingState === "finished";
    return this.#turn({ status: "complete", text, heardText: isHeard ? text : null });
  }

  /** Words arrive in pieces; without the whole they are all of it only where no piece can have been missed. */
  #generated(): { readonly text: string | null; readonly isWhole: boolean } {
    if (this.#text !== undefined) return { text: this.#text, isWhole: true };
    const isWhole = this.hearing?.done !== undefined && !this.isDoubtful;
    return { text: this.#deltas === "" && !isWhole ? null : this.#deltas, isWhole };
  }

  #turn(
    known: Pick<AssembledTurn, "status"> & Partial<Pick<AssembledTurn, "text" | "heardText" | "heardMs">>,
  ): AssembledTurn {
    return {
      itemId: this.id,
      speaker: this.speaker ?? null,
      text: null,
      heardText: null,
      heardMs: null,
      startedAt: this.startedAt ?? this.hearing?.startedAt ?? null,
      endedAt: this.endedAt ?? this.hearing?.endedAt ?? null,
      inferred: this.isInferred,
      typed: this.isTyped,
      ...known,
    };
  }
}
