import type { CallRecord, SessionRecord } from "../records.ts";
import type { TranscriptSeal, TurnRecord } from "../turns.ts";

/** Columns as they stand in the tables, which the migrations make. */
export interface Schema {
  readonly sessions: { [K in keyof SessionRecord]: SessionRecord[K] };
  readonly calls: { [K in keyof CallRecord]: CallRecord[K] };
  /** SQLite knows no truth values. */
  readonly turns: { [K in keyof Omit<TurnRecord, "inferred">]: TurnRecord[K] } & { inferred: number };
  readonly transcriptSeals: { [K in keyof TranscriptSeal]: TranscriptSeal[K] };
  readonly serverSecrets: { name: string; value: string };
  readonly usedTickets: { id: string; expiresAt: number };
}
