import type { ErrorCode } from "@interview-proxy/protocol";
import { ProxyError } from "../errors.ts";
import { hashToken, sessionIdOfToken } from "../ids.ts";
import type { Records } from "../records/records.ts";
import type { LiveSessions } from "./live-sessions.ts";
import type { Session } from "./session.ts";
import { useToken } from "./use-token.ts";

interface FindByTokenNeeds {
  readonly live: LiveSessions;
  readonly records: Records;
}

/**
 * The running session that a resume token opens. For a valid token of a session that has ended it throws SESSION_ENDED with
 * the reason, of one that is about to end, or runs elsewhere, SESSION_BUSY, and for any other token what `unknown` says.
 */
export async function findByToken(
  token: string,
  unknown: Extract<ErrorCode, "UNAUTHENTICATED" | "SESSION_FORBIDDEN">,
  { live, records }: FindByTokenNeeds,
): Promise<Session> {
  const id = sessionIdOfToken(token) ?? "";
  const session = live.byId(id);
  if (session !== undefined && (await useToken(session, token, records))) return session;
  const record = await records.findSession(id);
  if (record?.resumeTokenHashes.includes(hashToken(token)) !== true) throw new ProxyError(unknown);
  if (record.endReason === null) throw new ProxyError("SESSION_BUSY");
  throw new ProxyError("SESSION_ENDED", { facts: { reason: record.endReason } });
}
