import type { InterviewMessages, Notice } from "./messages.ts";

/** A code, and the English words that came with it. */
interface TextByCode {
  readonly code: string;
  readonly message: string;
  readonly nextStep?: string | undefined;
}

/**
 * What went wrong and what to do about it, in the catalogue's language: by its code, or else, as a newer server may send codes that
 * this version does not know, in general words or the server's own.
 */
export function problemWords(
  { code, message, nextStep }: TextByCode,
  { problems, unknownProblem }: InterviewMessages,
): Notice {
  const words = Object.hasOwn(problems, code) ? problems[code] : unknownProblem;
  return words ?? { reason: message, ...(nextStep !== undefined && { nextStep }) };
}
