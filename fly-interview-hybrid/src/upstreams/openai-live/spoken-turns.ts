import type { Clock } from "../../clock.ts";
import type { CallEvent, Speaker } from "../call-event.ts";

/** A few words, and when they were spoken: in milliseconds on the timeline of the call. */
export interface Fragment {
  readonly speaker: Speaker;
  readonly text: string;
  readonly startMs: number;
  readonly endMs: number;
}

/** Who is silent for so long, on the timeline, has said what was to be said; in milliseconds. */
const SILENCE_MS = 2000;

/**
 * Where nobody speaks, the timeline shows nothing. Words come when they were spoken, so that they are waited for somewhat longer;
 * but an interviewer does not rest between two sentences.
 */
const NO_WORDS_MS = { else: 2500, afterSentenceOfInterviewer: 1500 };

/** Nothing that was said before is still to be told then, unless it goes on; with some time for the way. */
export const TURNS_SHOW_AFTER_MS: number = NO_WORDS_MS.else + 500;

/** So has one who is silent while the other speaks for so long. What is shorter is a word of assent, and ends nothing. */
const FLOOR_MS = 1000;

/**
 * A candidate who has paused for so long when the interviewer begins was at an end; so was an interviewer who goes on so long
 * after it ceased, with words of the candidate in between. A sentence that is at its end ends a turn by any words in between.
 */
const PAUSE_MS = 700;

/** A voice that falls silent within this after somebody broke in was interrupted, unless its sentence was at an end. */
const YIELD_MS = 1500;

/** A word that is cut off is not transcribed: who breaks into it begins so long after the last one that was, at most. */
const CUT_WORD_MS = 500;

/** So many turns are known when a later one looks for its place; only the last few matter. */
const MAX_KNOWN = 20;

/** A fragment that comes late, or again, is among the last few. */
const MAX_DISPLACED = 20;

/** No turn has more characters; what is beyond comes from a provider that runs wild. */
const MAX_CHARACTERS = 100_000;

interface OpenTurn {
  readonly id: string;
  readonly speaker: Speaker;
  startMs: number;
  endMs: number;
  /** In the order in which they were spoken. */
  readonly words: Fragment[];
  text: string;
  /** When its last words came; milliseconds since the epoch. */
  heardAt: number;
  /** When the other one last began to speak within it. */
  brokenInAt: number | undefined;
  cancel: () => void;
}

/**
 * Makes turns of words on a timeline, for a provider that tells of nothing else. The two may speak at once; each has at most one
 * turn that is open. A turn is named after its speaker and its beginning, so that it is the same for whoever hears of it.
 */
export class SpokenTurns {
  readonly #clock: Clock;
  readonly #emit: (event: CallEvent) => void;
  readonly #open = new Map<Speaker, OpenTurn>();
  /** When each last spoke, on the timeline. */
  readonly #spoke = new Map<Speaker, { readonly startMs: number; readonly endMs: number }>();
  readonly #since: number;
  /** In the order of their beginnings. */
  #known: { readonly id: string; readonly startMs: number }[] = [];
  #typed = 0;

  constructor(clock: Clock, emit: (event: CallEvent) => void) {
    this.#clock = clock;
    this.#emit = emit;
    this.#since = clock.now();
  }

  take(fragment: Fragment): void {
    const { speaker, startMs, endMs } = fragment;
    let turn = this.#open.get(speaker);
    if (turn?.words.slice(-MAX_DISPLACED).some((words) => isSame(words, fragment)) === true) return;
    if (turn !== undefined && this.#hasEnded(turn, startMs)) {
      this.#close(turn);
      turn = undefined;
    }
    if (turn === undefined && fragment.text.trim() === "") return;
    turn ??= this.#begin(fragment);
    // Words bring the space before them along.
    const text = turn.text === "" ? fragment.text.trimStart() : fragment.text;
    if (turn.text.length < MAX_CHARACTERS) addWords(turn, fragment);
    turn.startMs = Math.min(turn.startMs, startMs);
    turn.endMs = Math.max(turn.endMs, endMs);
    turn.heardAt = this.#clock.now();
    this.#spoke.set(speaker, { startMs: turn.startMs, endMs: turn.endMs });
    if (text !== "") this.#emit({ type: "delta", itemId: turn.id, speaker, text });
    this.#closeAfterSilence(turn);
    this.#takeFloor(turn);
  }

  /** The candidate has typed this: a turn of its own, behind everything that is heard by now. */
  say(text: string): void {
    const startMs = Math.max(0, ...[...this.#spoke.values()].map(({ endMs }) => endMs));
    const id = `typed_${startMs}_${++this.#typed}`;
    const previousId = this.#place(id, startMs);
    this.#emit({
      type: "item",
      item: { id, speaker: "candidate", text, spoken: false, status: "complete" },
      inferred: true,
      ...(previousId !== undefined && { previousId }),
    });
  }

  /** The interviewer was told at this time, on the timeline, to say something else: what it was saying ends there. */
  cutOffAt(ms: number): void {
    const turn = this.#open.get("interviewer");
    if (turn === undefined || turn.startMs >= ms) return;
    this.#close(turn, !endsSentence(turn.text));
  }

  /** The call is over, and with it what was being said; returns what is to be told of that. */
  finish(): readonly CallEvent[] {
    const open = [...this.#open.values()].toSorted((a, b) => a.startMs - b.startMs);
    return open.flatMap((turn) => this.#end(turn, !endsSentence(turn.text)));
  }

  /** Nothing more is told. */
  stop(): void {
    for (const { cancel } of this.#open.values()) cancel();
    this.#open.clear();
  }

  /** What is said from `ms` on is another turn of its speaker. */
  #hasEnded({ speaker, endMs, text }: OpenTurn, ms: number): boolean {
    if (ms - endMs >= SILENCE_MS) return true;
    const other = this.#spoke.get(otherThan(speaker));
    if (other === undefined || other.endMs <= endMs || other.startMs > ms) return false;
    const pauseMs = (speaker === "candidate" ? other.startMs : ms) - endMs;
    const isInside = speaker === "candidate" && other.startMs < endMs;
    return pauseMs >= PAUSE_MS || (endsSentence(text) && !isInside);
  }

  #begin({ speaker, startMs, endMs }: Fragment): OpenTurn {
    // What begins later than a silence after the attach has certainly begun here.
    const mayBeRest = !this.#spoke.has(speaker) && this.#clock.now() - this.#since < NO_WORDS_MS.else;
    const id = `${speaker}_${startMs}`;
    const turn: OpenTurn = {
      id,
      speaker,
      startMs,
      endMs,
      words: [],
      text: "",
      heardAt: this.#clock.now(),
      brokenInAt: undefined,
      cancel: () => undefined,
    };
    this.#open.set(speaker, turn);
    const previousId = this.#place(id, startMs);
    this.#emit({
      type: "item",
      item: { id, speaker, text: null, spoken: true, status: "in_progress" },
      inferred: true,
      ...(mayBeRest && { mayBeRest }),
      ...(previousId !== undefined && { previousId }),
      ...(speaker === "interviewer" && { responseId: id }),
    });
    // Words are told when they were spoken.
    const at = turn.heardAt - (endMs - startMs);
    if (speaker === "candidate") this.#emit({ type: "candidate_speaking", itemId: id, active: true, at });
    else this.#emit({ type: "interviewer_speaking", responseId: id, state: "started", at });
    const other = this.#open.get(otherThan(speaker));
    if (other !== undefined && other.startMs < startMs && startMs < other.endMs + CUT_WORD_MS)
      other.brokenInAt = startMs;
    return turn;
  }

  /** Returns what stands before it, where that is known. */
  #place(id: string, startMs: number): string | undefined {
    const previous = this.#known.findLast((known) => known.startMs <= startMs);
    this.#known = [...this.#known, { id, startMs }].toSorted((a, b) => a.startMs - b.startMs).slice(-MAX_KNOWN);
    return previous?.id;
  }

  #closeAfterSilence(turn: OpenTurn): void {
    turn.cancel();
    const isAtItsEnd = turn.speaker === "interviewer" && endsSentence(turn.text);
    const ms = isAtItsEnd ? NO_WORDS_MS.afterSentenceOfInterviewer : NO_WORDS_MS.else;
    turn.cancel = this.#clock.after(ms, () => this.#close(turn));
  }

  #takeFloor({ speaker, startMs, endMs }: OpenTurn): void {
    const other = this.#open.get(otherThan(speaker));
    if (other !== undefined && endMs - Math.max(startMs, other.endMs) >= FLOOR_MS) this.#close(other);
  }

  #close(turn: OpenTurn, isCut = wasInterrupted(turn)): void {
    for (const event of this.#end(turn, isCut)) this.#emit(event);
  }

  #end(turn: OpenTurn, isCut: boolean): readonly CallEvent[] {
    turn.cancel();
    this.#open.delete(turn.speaker);
    const { id, speaker, startMs, endMs, heardAt: at } = turn;
    const text = turn.text.trim();
    const words: CallEvent = { type: "text", itemId: id, speaker, text, spoken: true };
    if (speaker === "candidate") return [{ type: "candidate_speaking", itemId: id, active: false, at }, words];
    const state = isCut ? "cut" : "finished";
    const voice: CallEvent = { type: "interviewer_speaking", responseId: id, state, at };
    // What is transcribed here is what was spoken, not what was generated.
    const cut: CallEvent = { type: "truncated", itemId: id, heardMs: endMs - startMs, heardText: text };
    return isCut ? [words, voice, cut] : [words, voice];
  }
}

/** Words may come behind later ones; then those are put in their place. */
function addWords(turn: OpenTurn, fragment: Fragment): void {
  const { words } = turn;
  const index = words.findLastIndex(({ startMs }) => startMs <= fragment.startMs) + 1;
  const isLast = index === words.length;
  words.splice(index, 0, fragment);
  const text = isLast ? turn.text + fragment.text : words.map((each) => each.text).join("");
  turn.text = text.trimStart();
}

function otherThan(speaker: Speaker): Speaker {
  return speaker === "candidate" ? "interviewer" : "candidate";
}

function isSame(a: Fragment, b: Fragment): boolean {
  return a.startMs === b.startMs && a.endMs === b.endMs && a.text === b.text;
}

/** Nobody says so: the other one broke in, and soon after that the voice ceased in the middle of a sentence. */
function wasInterrupted({ speaker, brokenInAt, endMs, text }: OpenTurn): boolean {
  if (speaker === "candidate" || brokenInAt === undefined) return false;
  return endMs - brokenInAt <= YIELD_MS && !endsSentence(text);
}

function endsSentence(text: string): boolean {
  return /[.!?…。？！؟।]["'”’»)\]]*\s*$/u.test(text);
}
