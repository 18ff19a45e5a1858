import type { Records } from "../records/records.ts";
import type { TurnRecord } from "../records/turns.ts";
import type { Session } from "./session.ts";
import type { TurnMessage } from "./told-events.ts";

/** A turn as pages are told of it. */
export function toTurnMessage(turn: TurnRecord): TurnMessage {
  return {
    id: turn.id,
    n: turn.n,
    role: turn.role,
    text: turn.text,
    startedAt: turn.startedAt === null ? null : new Date(turn.startedAt).toISOString(),
    endedAt: turn.endedAt === null ? null : new Date(turn.endedAt).toISOString(),
    status: turn.status,
    ...(turn.heardMs === null ? {} : { heardMs: turn.heardMs }),
    ...(turn.inferred ? { inferred: true } : {}),
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
