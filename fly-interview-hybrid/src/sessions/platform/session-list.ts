import type { SessionList, SessionStatus } from "@interview-proxy/protocol";
import { readCursor, toCursor } from "../../page-cursor.ts";
import type { TenantScope } from "../../records/tenant-scope.ts";
import { toSummary } from "./session-view.ts";

/** Which page of which sessions. `cursor`: `nextCursor` of the page before. */
export interface ListRequest {
  readonly person?: string | undefined;
  readonly status?: SessionStatus | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** A page of a tenant's sessions, newest first. Throws INVALID_MESSAGE for a cursor that is none. */
export async function listSessions(request: ListRequest, own: TenantScope): Promise<SessionList> {
  const { person, status, cursor, limit } = request;
  const end = cursor === undefined ? undefined : readCursor(cursor);
  const after = end && { createdAt: end.time, id: end.id };
  // One more than the page has, to know whether there is another.
  const found = await own.listSessions({ person, status, after, limit: limit + 1 });
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  return {
    sessions: page.map(toSummary),
    nextCursor: last === undefined ? null : toCursor({ time: last.createdAt, id: last.id }),
  };
}
