import { toIsoTimeOrNull } from "../iso-time.ts";
import type { Records } from "../records/records.ts";
import type { ToldTurn } from "../transcripts/transcripts.ts";
import type { Session } from "./session.ts";
import type { TurnMessage } from "./told-events.ts";

/** A turn as pages are told of it. */
export function toTurnMessage(turn: Omit<ToldTurn, "itemId">): TurnMessage {
  return {
    id: turn.id,
    n: turn.n,
    role: turn.role,
    text: turn.text,
    startedAt: toIsoTimeOrNull(turn.startedAt),
    endedAt: toIsoTimeOrNull(turn.endedAt),
    status: turn.status,
    ...(turn.heardMs === null ? {} : { heardMs: turn.heardMs }),
    ...(turn.inferred ? { inferred: true } : {}),
    ...(turn.typed ? { typed: true } : {}),
  };
}

/** The turns of the records, where the session needs them to tell its events after `seq`; else none. */
export async function turnsForEventsAfter(
  session: Session,
  seq: number,
  records: Records,
): Promise<readonly TurnMessage[]> {
  return session.needsTurnsAfter(seq) ? (await records.turnsOf(session.id)).map(toTurnMessage) : [];
}
