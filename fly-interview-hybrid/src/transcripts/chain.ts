import { hash } from "node:crypto";
import { canonicalJson } from "./canonical-json.ts";
import { type DocumentTurn, TRANSCRIPT_FORMAT, type TranscriptDocument } from "./document.ts";

/** What a turn's hash covers: all of it but the words, which enter as their own hashes and so can be erased. */
export type ChainedTurn = Omit<DocumentTurn, "text" | "heardText" | "salt" | "hash">;

type SessionFacts = Pick<TranscriptDocument["session"], "id" | "persona" | "createdAt">;

/** Hash of words. The salt has a fixed length, so no other pair has the same bytes. */
export function hashWords(salt: string, words: string): string {
  return sha256(salt + words);
}

/** What the chain of a session begins with: a turn of one session is none of another. */
export function startOfChain({ id, persona, createdAt }: SessionFacts): string {
  return sha256(canonicalJson({ format: TRANSCRIPT_FORMAT, session: { id, persona, createdAt } }));
}

/** Hash of a turn and of everything before it. */
export function hashTurn(previous: string, turn: ChainedTurn): string {
  const { n, id, call, role, status, heardMs, startedAt, endedAt, inferred, typed, textHash, heardTextHash } = turn;
  const facts = { n, id, call, role, status, heardMs, startedAt, endedAt, inferred, textHash, heardTextHash };
  return sha256(canonicalJson({ previous, turn: typed === true ? { ...facts, typed } : facts }));
}

/** What is signed when a session has ended: how it ended, how many turns there are, and the last one's hash. */
export function signedStatement({ session, proof }: Pick<TranscriptDocument, "session" | "proof">): string {
  const { id, persona, createdAt, endedAt, endReason } = session;
  return canonicalJson({
    format: TRANSCRIPT_FORMAT,
    session: { id, persona, createdAt, endedAt, endReason },
    turns: proof.turns,
    head: proof.head,
  });
}

function sha256(text: string): string {
  return hash("sha256", text, "hex");
}
