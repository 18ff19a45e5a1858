import { quotedWords } from "../script/quoted-words.ts";

const STOP = /\bstop speaking\b/i;
const TYPED = /\bhas typed\b/i;
const FAREWELL = /\bsay goodbye\b/i;
const SILENTLY = /\b(?:do not|don't|without) (?:speak|say|mention|reply|respond|answer|react)/i;

/** What a script makes of an instruction, which it does not understand. */
export interface Instruction {
  /** It is to fall silent at once: “Stop speaking”. */
  readonly stops: boolean;
  /** The words that are to be said: the first ones that are quoted, or a goodbye where one is asked for. */
  readonly says: string | undefined;
  /** The interview is to end: nothing of the script is said after that. */
  readonly ends: boolean;
  /** The candidate has answered in writing: the interview goes on as if that had been spoken. */
  readonly answers: boolean;
  /** It may begin the interview, where nothing was said yet: it says nothing against that. */
  readonly begins: boolean;
}

/** Reads an instruction as it was appended. */
export function readInstruction(content: string): Instruction {
  const stops = STOP.test(content);
  const ends = FAREWELL.test(content);
  const says = quotedWords(content) ?? (ends ? "Thank you for your time. Goodbye." : undefined);
  return {
    stops,
    says,
    ends,
    answers: TYPED.test(content) && says === undefined,
    begins: !stops && says === undefined && !SILENTLY.test(content),
  };
}
