import type { CallRecord, SessionRecord } from "../records.ts";

/** Columns as they stand in the tables, which the migrations make. */
export interface Schema {
  readonly sessions: { [K in keyof SessionRecord]: SessionRecord[K] };
  readonly calls: { [K in keyof CallRecord]: CallRecord[K] };
  readonly usedTickets: { id: string; expiresAt: number };
}
