import { MAX_LINE_CHARACTERS } from "./interview-script.ts";

/** A sentence, not a book. */
const QUOTED_WORDS = new RegExp(`["“]([^"“”]{1,${MAX_LINE_CHARACTERS}})["”]`, "u");

/** The words that an instruction quotes, which are then said instead of a line; `undefined` where it quotes none. */
export function quotedWords(instruction: string): string | undefined {
  return QUOTED_WORDS.exec(instruction)?.[1];
}
