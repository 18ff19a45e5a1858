import type { SessionList, SessionStatus } from "@interview-proxy/protocol";
import { invalidField } from "../../errors.ts";
import type { SessionFilter, SessionRecord } from "../../records/records.ts";
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
  const after = cursor === undefined ? undefined : readCursor(cursor);
  // One more than the page has, to know whether there is another.
  const found = await own.listSessions({ person, status, after, limit: limit + 1 });
  const page = found.slice(0, limit);
  const last = found.length > limit ? page.at(-1) : undefined;
  return { sessions: page.map(toSummary), nextCursor: last === undefined ? null : toCursor(last) };
}

function toCursor({ createdAt, id }: SessionRecord): string {
  return Buffer.from(`${createdAt} ${id}`).toString("base64url");
}

function readCursor(cursor: string): NonNullable<SessionFilter["after"]> {
  const [, createdAt, id] = /^(\d{1,15}) (\S+)$/.exec(Buffer.from(cursor, "base64url").toString("utf8")) ?? [];
  if (createdAt === undefined || id === undefined) throw invalidField("cursor");
  return { createdAt: Number(createdAt), id };
}
