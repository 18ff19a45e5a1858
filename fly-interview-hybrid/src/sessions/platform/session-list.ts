import type { SessionList, SessionStatus } from "@interview-proxy/protocol";
import type { TenantScope } from "../../records/tenant-scope.ts";
import { readPage } from "./list-page.ts";
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
  const { person, status } = request;
  const { entries, nextCursor } = await readPage(request, (after, limit) =>
    own.listSessions({ person, status, after, limit }),
  );
  return { sessions: entries.map(toSummary), nextCursor };
}
