import type { TranscriptVerification } from "@interview-proxy/protocol";
import { serialize, type TranscriptDocument } from "./document.ts";
import { UNSIGNED, verifyTranscript } from "./verify.ts";

/** Whether a transcript is what was said, as if it had been exported and checked. */
export function verificationOf(document: TranscriptDocument): TranscriptVerification {
  const found = verifyTranscript(Buffer.from(serialize(document), "utf8"));
  const turns = document.turns.length;
  const erased = document.turns.filter(({ text, textHash }) => text === null && textHash !== null).length;
  if (found.ok) return { verdict: "intact", turns, erased, publicKey: found.publicKey };
  const { problem, turn } = found;
  if (problem === UNSIGNED) return { verdict: "unsigned", turns, erased };
  return { verdict: "altered", turns, erased, problem, ...(turn !== undefined && { turn }) };
}
