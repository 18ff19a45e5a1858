import type { ErrorCode } from "@interview-proxy/protocol";
import type { Principal } from "../auth/principal.ts";
import { ProxyError } from "../errors.ts";
import { hashToken, sessionIdOfToken } from "../ids.ts";
import type { Records, SessionRecord } from "../records/records.ts";
import { refusalElsewhere, SessionElsewhere } from "./elsewhere.ts";
import type { LiveSessions } from "./live-sessions.ts";
import type { Roster } from "./recovery/roster.ts";
import type { Session } from "./session.ts";
import { toPrincipal } from "./session-record.ts";
import { acceptToken } from "./accept-token.ts";

interface FindByTokenNeeds {
  readonly live: LiveSessions;
  readonly records: Records;
  readonly roster: Roster;
}

type UnknownToken = Extract<ErrorCode, "UNAUTHENTICATED" | "SESSION_FORBIDDEN">;

/**
 * The running session that a resume token opens. For a valid token of a session that has ended it throws SESSION_ENDED with
 * the reason, of one that runs elsewhere {@link SessionElsewhere}, of one that is about to end, or that no machine runs,
 * SESSION_BUSY, and for any other token what `unknown` says.
 */
export async function findByToken(token: string, unknown: UnknownToken, needs: FindByTokenNeeds): Promise<Session> {
  const session = await liveByToken(token, needs);
  if (session !== undefined) return session;
  const record = await recordByToken(token, unknown, needs);
  throw refusalElsewhere(record, needs.roster) ?? new ProxyError("SESSION_BUSY");
}

/**
 * Who the holder of a resume token is: the person of its session, bound to it, wherever it runs. Throws as
 * {@link findByToken} does.
 */
export async function principalOfToken(token: string, needs: FindByTokenNeeds): Promise<Principal> {
  const session = await liveByToken(token, needs);
  if (session !== undefined) return { ...session.principal, session: session.id };
  const record = await recordByToken(token, "UNAUTHENTICATED", needs);
  const refusal = refusalElsewhere(record, needs.roster);
  if (refusal instanceof SessionElsewhere) return { ...toPrincipal(record), session: record.id };
  throw refusal ?? new ProxyError("SESSION_BUSY");
}

async function liveByToken(token: string, { live, records }: FindByTokenNeeds): Promise<Session | undefined> {
  const session = live.byId(sessionIdOfToken(token) ?? "");
  return session !== undefined && (await acceptToken(session, token, records)) ? session : undefined;
}

/** The session of the records that a valid token opens, unless it has ended. */
async function recordByToken(
  token: string,
  unknown: UnknownToken,
  { records }: FindByTokenNeeds,
): Promise<SessionRecord> {
  const record = await records.findSession(sessionIdOfToken(token) ?? "");
  if (record?.resumeTokenHashes.includes(hashToken(token)) !== true) throw new ProxyError(unknown);
  if (record.endReason !== null) throw new ProxyError("SESSION_ENDED", { facts: { reason: record.endReason } });
  return record;
}
