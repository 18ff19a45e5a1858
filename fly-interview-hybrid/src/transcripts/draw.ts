import { toIsoTime, toIsoTimeOrNull } from "../iso-time.ts";
import type { Records, SessionRecord } from "../records/records.ts";
import type { TurnRecord } from "../records/turns.ts";
import { startOfChain } from "./chain.ts";
import { type DocumentTurn, TRANSCRIPT_FORMAT, type TranscriptDocument } from "./document.ts";

/** A session's transcript as it is kept, signed where it has been sealed. */
export async function drawTranscript(
  session: SessionRecord,
  records: Pick<Records, "turnsOf" | "findSeal">,
): Promise<TranscriptDocument> {
  const [turns, seal] = await Promise.all([records.turnsOf(session.id), records.findSeal(session.id)]);
  const facts = { id: session.id, persona: session.persona, createdAt: toIsoTime(session.createdAt) };
  const { endedAt, endReason } = session;
  const start = startOfChain(facts);
  return {
    format: TRANSCRIPT_FORMAT,
    session: { ...facts, endedAt: toIsoTimeOrNull(endedAt), endReason },
    turns: turns.map(toDocumentTurn),
    proof: {
      chain: "sha256",
      start,
      head: turns.at(-1)?.hash ?? start,
      turns: turns.length,
      publicKey: seal?.publicKey ?? null,
      signature: seal?.signature ?? null,
    },
  };
}

/** A turn as it is exported, and hashed. */
export function toDocumentTurn(turn: TurnRecord): DocumentTurn {
  return {
    n: turn.n,
    id: turn.id,
    call: turn.callId,
    role: turn.role,
    status: turn.status,
    text: turn.text,
    heardText: turn.heardText,
    heardMs: turn.heardMs,
    startedAt: toIsoTimeOrNull(turn.startedAt),
    endedAt: toIsoTimeOrNull(turn.endedAt),
    inferred: turn.inferred,
    ...(turn.typed && { typed: true }),
    salt: turn.salt,
    textHash: turn.textHash,
    heardTextHash: turn.heardTextHash,
    hash: turn.hash,
  };
}
