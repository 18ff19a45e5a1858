import { quotedWords } from "../script/quoted-words.ts";

const STOP = /\bstop speaking\b/i;
const SILENTLY = /\b(?:do not|don't|without) (?:speak|say|mention|reply|respond|answer|react)/i;

/** What a script makes of an instruction, which it does not understand. */
export interface Instruction {
  /** It is to fall silent at once: “Stop speaking”. */
  readonly stops: boolean;
  /** The words that are to be said: the first ones that are quoted. */
  readonly says: string | undefined;
  /** It may begin the interview, where nothing was said yet: it says nothing against that. */
  readonly begins: boolean;
}

/** Reads an instruction as it was appended. */
export function readInstruction(content: string): Instruction {
  const stops = STOP.test(content);
  const says = quotedWords(content);
  return { stops, says, begins: !stops && says === undefined && !SILENTLY.test(content) };
}
