import type { DeadLetterList } from "@interview-proxy/protocol";
import { type Principal, requireTenantScope } from "../auth/principal.ts";
import type { Clock } from "../clock.ts";
import { ProxyError } from "../errors.ts";
import { toIsoTime } from "../iso-time.ts";
import { readCursor, toCursor } from "../page-cursor.ts";
import { type DeadLetter, DELIVER_WITHIN_MS, type WebhookRecords } from "../records/webhooks.ts";

/** What a tenant's backend does with webhooks that could not be delivered. All of it throws FORBIDDEN without scope `operate`. */
export interface DeadLetters {
  /** A page of them, the last given up first. Throws INVALID_MESSAGE for a cursor that is none. */
  list(
    principal: Principal,
    request: { readonly cursor?: string | undefined; readonly limit: number },
  ): Promise<DeadLetterList>;
  /** Tries one again, as if it were new. Throws NOT_FOUND where the tenant has none of this id. */
  resend(principal: Principal, id: string): Promise<void>;
}

export function createDeadLetters(records: WebhookRecords, clock: Clock): DeadLetters {
  return {
    async list(principal, { cursor, limit }) {
      requireTenantScope(principal, ["operate"]);
      const last = cursor === undefined ? undefined : readCursor(cursor);
      const after = last && { givenUpAt: last.time, id: last.id };
      // One more than the page has, to know whether there is another.
      const found = await records.deadLetters({ tenant: principal.tenant, after, limit: limit + 1 });
      const page = found.slice(0, limit);
      const end = found.length > limit ? page.at(-1) : undefined;
      return {
        deadLetters: page.map(toLetter),
        nextCursor: end === undefined ? null : toCursor({ time: end.givenUpAt, id: end.id }),
      };
    },
    async resend(principal, id) {
      requireTenantScope(principal, ["operate"]);
      const now = clock.now();
      const change = { dueAt: now, expiresAt: now + DELIVER_WITHIN_MS };
      if (!(await records.resendDeadLetter({ tenant: principal.tenant, id }, change)))
        throw new ProxyError("NOT_FOUND");
    },
  };
}

function toLetter(letter: DeadLetter): DeadLetterList["deadLetters"][number] {
  const { id, eventId, type, sessionId, endpoint, createdAt, givenUpAt, attempts, failure } = letter;
  const times = { createdAt: toIsoTime(createdAt), givenUpAt: toIsoTime(givenUpAt) };
  return { id, eventId, type, sessionId, endpoint, ...times, attempts, failure };
}
