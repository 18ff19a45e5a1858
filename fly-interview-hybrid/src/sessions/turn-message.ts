import type { ServerMessageOf } from "@interview-proxy/protocol";
import type { TurnRecord } from "../records/turns.ts";

/** A turn as pages are told of it. */
export function toTurnMessage(turn: TurnRecord): Omit<ServerMessageOf<"turn">, "type" | "seq"> {
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
