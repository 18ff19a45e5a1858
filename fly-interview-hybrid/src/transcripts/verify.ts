import { isUtf8 } from "node:buffer";
import { hashTurn, hashWords, signedStatement, startOfChain } from "./chain.ts";
import { type DocumentTurn, serialize, type TranscriptDocument, transcriptDocumentSchema } from "./document.ts";
import { isSignedBy } from "./signer.ts";

/** What a check finds. `turn`: number of the first turn that was altered, where it is one. */
export type Verdict =
  | {
      readonly ok: true;
      readonly turns: number;
      /** Turns whose words were erased. */
      readonly erased: number;
      readonly publicKey: string;
    }
  | { readonly ok: false; readonly problem: string; readonly turn?: number };

/** The problem of a transcript in which nothing was altered, but which nobody has vouched for yet. */
export const UNSIGNED = "it is not signed: it was exported before the session had ended";

/**
 * Checks an exported transcript, byte for byte. A valid signature says that whoever holds the key signed it, so the key
 * must be known from elsewhere: with `expectedKey` any other one fails. Never throws.
 */
export function verifyTranscript(bytes: Uint8Array, expectedKey?: string): Verdict {
  const document = read(bytes);
  if ("problem" in document) return { ok: false, ...document };
  let head = startOfChain(document.session);
  // Without this check a change of the session's facts would look like one of the first turn.
  if (document.proof.start !== head) return { ok: false, problem: "the session's facts were altered" };
  for (const [index, turn] of document.turns.entries()) {
    const problem = problemOf(turn, index + 1, head);
    if (problem !== undefined) return { ok: false, problem, turn: index + 1 };
    head = turn.hash;
  }
  const problem = problemOfProof(document, head, expectedKey) ?? problemOfForm(document, bytes);
  if (problem !== undefined) return { ok: false, problem };
  const erased = document.turns.filter(({ text, textHash }) => text === null && textHash !== null).length;
  return { ok: true, turns: document.turns.length, erased, publicKey: document.proof.publicKey ?? "" };
}

function read(bytes: Uint8Array): TranscriptDocument | { readonly problem: string; readonly turn?: number } {
  if (!isUtf8(bytes)) return { problem: "the file is not UTF-8 text" };
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    return { problem: "the file is not JSON" };
  }
  const parsed = transcriptDocumentSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const path = parsed.error.issues[0]?.path ?? [];
  const [section, index] = path;
  const problem = `the file is no transcript: ${path.join(".") || "it has other fields"}`;
  return section === "turns" && typeof index === "number" ? { problem, turn: index + 1 } : { problem };
}

function problemOf(turn: DocumentTurn, n: number, previous: string): string | undefined {
  if (turn.n !== n) return "a turn is missing, added or moved";
  const words = [turn.text, turn.heardText].some((text) => text !== null);
  if (words !== (turn.salt !== null)) return "words and salt do not belong together";
  if (!isHashOf(turn.text, turn.salt, turn.textHash)) return "its text was altered";
  if (!isHashOf(turn.heardText, turn.salt, turn.heardTextHash)) return "its heard text was altered";
  if (hashTurn(previous, turn) !== turn.hash) return "it was altered, or stands where it does not belong";
  return undefined;
}

/** Words that are gone have left their hash; words that are there must have it. */
function isHashOf(text: string | null, salt: string | null, hash: string | null): boolean {
  return text === null || hashWords(salt ?? "", text) === hash;
}

function problemOfProof(document: TranscriptDocument, head: string, expectedKey?: string): string | undefined {
  const { proof } = document;
  if (proof.turns !== document.turns.length) return "turns are missing at the end, or were added";
  if (proof.head !== head) return "the chain does not end where its proof says";
  if (proof.publicKey === null || proof.signature === null) return UNSIGNED;
  if (expectedKey !== undefined && proof.publicKey !== expectedKey) return "it is signed with another key";
  if (!isSignedBy(proof.publicKey, signedStatement(document), proof.signature))
    return "the signature does not hold: the session's facts, the proof or the key were altered";
  return undefined;
}

function problemOfForm(document: TranscriptDocument, bytes: Uint8Array): string | undefined {
  const exported = Buffer.from(serialize(document), "utf8");
  return exported.equals(bytes) ? undefined : "the file has another form than it was exported in";
}
