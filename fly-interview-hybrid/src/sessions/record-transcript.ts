import type { ServerMessageOf, TurnRole } from "@interview-proxy/protocol";
import type { TurnRecord } from "../records/turns.ts";
import type { AssemblyListener } from "../supervision/turn-assembly.ts";
import { turnIdOf, type Transcripts } from "../transcripts/transcripts.ts";
import type { Session } from "./session.ts";

/**
 * Keeps what is said in one call of a session. A turn is told when it is written, and not before: what a page has shown is
 * in the transcript. Words on their way are told at once and kept nowhere.
 */
export function recordTranscript(
  session: Session,
  callId: string,
  transcripts: Transcripts,
): Omit<AssemblyListener, "retrieve"> {
  return {
    turn({ speaker, ...turn }) {
      const role: TurnRole = speaker ?? "unknown";
      transcripts.write(session, { ...turn, callId, role }, (record) => session.announceTurn(toMessage(record)));
    },
    delta: (itemId, role, text) =>
      session.mention({ type: "transcript_delta", turnId: turnIdOf(callId, itemId), role, text }),
    speaking: (role, active) => session.mention({ type: "speaking", role, active }),
  };
}

function toMessage(turn: TurnRecord): Omit<ServerMessageOf<"turn">, "type" | "seq"> {
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
