import type { EndReason, SessionList, SessionStatus } from "@interview-proxy/protocol";
import type { TenantScope } from "../../records/tenant-scope.ts";
import { readPage } from "./list-page.ts";
import { toSummary } from "./session-view.ts";

/** Which page of which sessions. `cursor`: `nextCursor` of the page before. */
export interface ListRequest {
  readonly person?: string | undefined;
  readonly persona?: string | undefined;
  readonly status?: SessionStatus | undefined;
  readonly endReason?: EndReason | undefined;
  /** Created then or later, and before; milliseconds since the epoch. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly cursor?: string | undefined;
  readonly limit: number;
}

/** A page of a tenant's sessions, newest first. Throws INVALID_MESSAGE for a cursor that is none. */
export async function listSessions(request: ListRequest, own: TenantScope): Promise<SessionList> {
  const { cursor, limit: size, ...filter } = request;
  const { entries, nextCursor } = await readPage({ cursor, limit: size }, (after, limit) =>
    own.listSessions({ ...filter, after, limit }),
  );
  return { sessions: entries.map(toSummary), nextCursor };
}
