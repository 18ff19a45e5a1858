import { MAX_LINE_CHARACTERS } from "./interview-script.ts";

/** A sentence, not a book. */
const QUOTED_WORDS = new RegExp(`["“]([^"“”]{1,${MAX_LINE_CHARACTERS}})["”]`, "u");

const QUESTION = new RegExp(`\\bask\\b[^"“”]*${QUOTED_WORDS.source}`, "iu");

/** The question that a private word has the interviewer ask, in quotation marks after “ask”; `undefined` where there is none. */
export function questionAskedFor(word: string): string | undefined {
  return QUESTION.exec(word)?.[1];
}

/** The words that an instruction quotes, which are then said instead of a line; `undefined` where it quotes none. */
export function quotedWords(instruction: string): string | undefined {
  return QUOTED_WORDS.exec(instruction)?.[1];
}
