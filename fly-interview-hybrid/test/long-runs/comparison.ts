import type { Said } from "../doors/said-by-simulator.ts";
import { asOnRealtime } from "../doors/voice-api.ts";
import type { HeldInterview } from "./interviews.ts";

type Compared = Pick<HeldInterview, "said" | "transcribed" | "cuts"> & {
  /**
   * Of those that were said, the last ones before their call was hung up. One that was over may count as interrupted, and one
   * that was not may be there with some of its words, or not at all.
   */
  readonly lastOnes?: ReadonlyMap<Said, "over" | "going on">;
  /** Nobody can say more turns than this in the time for which one gap of nobody in particular stands. */
  readonly mostMissed?: number;
};

/** The same for the few seconds for which a sideband is away here. */
const MOST_MISSED = 5;

/** What an absence may cost on Live, at most. */
interface Cost {
  readonly words: number;
  /** So few may be missing without a gap that says so. */
  readonly undeclaredWords: number;
  /** From the first turn that is not as it was said to the last. */
  readonly turns: number;
}

/**
 * A sideband that breaks takes an event with it, and is back before a second word is spoken. Touched are the turn that was going on,
 * and those beside it: where all of it is lost, they are one.
 */
const MOMENT: Cost = { words: 2, undeclaredWords: 2, turns: 3 };

/** Some seconds. */
const ABSENCE: Cost = { words: 20, undeclaredWords: 2, turns: MOST_MISSED + 2 };

/**
 * What is wrong with a transcript whose sideband broke for a moment; `undefined` where nothing is. Every turn must be there,
 * once and in order, with its words. What docs/upstreams.md says cannot be had may be missing, of one turn at most: how much
 * was heard before an interruption, and that an answer could not be made out. On Live it is the words that were spoken meanwhile.
 */
export function faultOf({ said, transcribed, cuts }: HeldInterview): string | undefined {
  if (!asOnRealtime("an utterance in a short absence")) return faultOnTimeline({ said, transcribed, cuts }, MOMENT);
  const differences = said.flatMap((turn, index) => (isSame(turn, transcribed[index]) ? [] : [index]));
  const isDeclared = differences.every((index) => cannotBeHad(said[index], transcribed[index]));
  if (said.length > 0 && transcribed.length === said.length && differences.length <= 1 && isDeclared) return undefined;
  return describe(cuts, said, transcribed);
}

/**
 * The same for one whose sideband was away for longer: what was said meanwhile may be a gap. A gap of one speaker stands for one
 * turn, with some of its words or none, and a gap of nobody in particular for any number.
 */
export function faultOfAbsence(compared: Compared): string | undefined {
  const { said, transcribed, cuts, lastOnes = new Map(), mostMissed = MOST_MISSED } = compared;
  if (!asOnRealtime("an utterance in a short absence")) return faultOnTimeline({ said, transcribed, cuts }, ABSENCE);
  const known = transcribed.filter(([, status]) => status !== "gap").length;
  const gaps = transcribed.filter(isOfNobody).length;
  const certain = said.filter((turn) => lastOnes.get(turn) !== "going on").length;
  const isEnough = said.length > 0 && known >= certain - mostMissed * Math.max(1, gaps);
  return isEnough && covers(transcribed, said, lastOnes) ? undefined : describe(cuts, said, transcribed);
}

/**
 * The same on Live, where nothing can be asked for: the words that were spoken meanwhile are missing. What was going on is a gap,
 * with the words that had come, and what follows it is a turn of its own.
 */
function faultOnTimeline({ said, transcribed, cuts }: Compared, most: Cost): string | undefined {
  const same = commonLength(said, transcribed);
  const [rest, others] = [said.slice(same), transcribed.slice(same)];
  const alike = commonLength(rest.toReversed(), others.toReversed());
  const touched = rest.slice(0, rest.length - alike);
  // Two gaps of nobody in a row say no more than one.
  const left = others
    .slice(0, others.length - alike)
    .filter((turn, index, turns) => !isOfNobody(turn) || !isOfNobody(turns[index - 1]));
  const missed = missedWords(touched, left) ?? Infinity;
  const isDeclared = missed <= most.undeclaredWords || left.some(([, status]) => status === "gap");
  const isEnough = missed <= most.words && Math.max(touched.length, left.length) <= most.turns;
  return said.length > 0 && isEnough && isDeclared ? undefined : describe(cuts, said, transcribed);
}

/** How many words of what was said are missing; `undefined` where something is there that was not said, or not in that order. */
export function missedWords(said: readonly Said[], transcribed: readonly Said[]): number | undefined {
  const [spoken, heard] = [wordsOf(said), wordsOf(transcribed)];
  let next = 0;
  for (const word of spoken) if (isSame(word, heard[next])) next += 1;
  return next === heard.length ? spoken.length - heard.length : undefined;
}

/** The words of turns, each with its speaker, whichever turn it is in. */
export function wordsOf(turns: readonly Said[]): readonly Said[] {
  return turns.flatMap(([role, , text]) =>
    (text ?? "").split(/\s+/).flatMap((word): Said[] => (word === "" ? [] : [[role, "", word, null]])),
  );
}

function isOfNobody(turn: Said | undefined): boolean {
  return turn?.[0] === "unknown" && turn[1] === "gap";
}

/** How many are the same from the beginning on. */
function commonLength(one: readonly Said[], other: readonly Said[]): number {
  const first = one.findIndex((turn, index) => !isSame(turn, other[index]));
  return first < 0 ? one.length : first;
}

/** Whether the turns of a transcript are those that were said, each of them or a gap. */
function covers(
  transcribed: readonly Said[],
  said: readonly Said[],
  lastOnes: NonNullable<Compared["lastOnes"]>,
): boolean {
  // A gap of nobody may stand for any number of turns: what was tried in vain is not tried again.
  const inVain = new Set<number>();
  const fits = (index: number, of: number): boolean => {
    const place = index * (said.length + 1) + of;
    if (inVain.has(place)) return false;
    if (isCovered(index, of)) return true;
    inVain.add(place);
    return false;
  };
  const isCovered = (index: number, of: number): boolean => {
    const [turn, first] = [transcribed[index], said[of]];
    const last = first && lastOnes.get(first);
    if (last === "going on" && fits(index, of + 1)) return true;
    if (turn === undefined) return first === undefined;
    if (isOfNobody(turn)) return fits(index + 1, of) || (first !== undefined && fits(index, of + 1));
    if (first === undefined || turn[0] !== first[0]) return false;
    return standsFor(turn, first, last !== undefined, transcribed.slice(index + 1)) && fits(index + 1, of + 1);
  };
  return fits(0, 0);
}

/** Whether a turn may stand in a transcript for what was said; `rest`: what follows it there. */
function standsFor(turn: Said, said: Said, isLast: boolean, rest: readonly Said[]): boolean {
  const [, status, text, heardMs] = turn;
  if (isSame(turn, said) || cannotBeHad(said, turn)) return true;
  if (status === "gap") return text === null || said[2] === null || isSomeOf(text, said[2]);
  // The provider takes the words out of what was cut off, so that only those remain that had come before.
  const isHeardSo = heardMs === null || heardMs === said[3];
  if (status === "interrupted")
    return (said[1] === status || isLast) && isHeardSo && text !== null && said[2]?.startsWith(text) === true;
  // That a line was cut off shows when it is asked for; it never is where the call ends before the sideband is there again.
  const isAtEnd = isLast || rest.every((later) => later[1] !== "complete");
  return isAtEnd && status === "complete" && text === said[2] && rest[0]?.[1] === "gap";
}

/** Whether a text is what was heard of another: a part of it, or its words with some missing, the last one perhaps cut off. */
function isSomeOf(text: string, whole: string): boolean {
  const heard = text.trim().split(" ");
  let next = 0;
  for (const word of whole.split(" ")) {
    const isLast = next === heard.length - 1;
    if (word === heard[next] || (isLast && word.startsWith(heard[next] ?? ""))) next += 1;
  }
  return whole.includes(text) || next === heard.length;
}

function cannotBeHad(said: Said | undefined, transcribed: Said | undefined): boolean {
  if (said === undefined || transcribed === undefined || said[0] !== transcribed[0]) return false;
  if (said[1] === "failed") return transcribed[1] === "gap" && transcribed[2] === null;
  return said[1] === "interrupted" && isSame([said[0], said[1], said[2], null], transcribed);
}

function isSame(one: Said | undefined, other: Said | undefined): boolean {
  return one?.every((value, index) => value === other?.[index]) === true;
}

function describe(cuts: readonly string[], said: readonly Said[], transcribed: readonly Said[]): string {
  const lines = (turns: readonly Said[]): string => turns.map((turn) => `  ${JSON.stringify(turn)}`).join("\n");
  return `cut at ${cuts.join(", ")}\nsaid\n${lines(said)}\ntranscribed\n${lines(transcribed)}`;
}
