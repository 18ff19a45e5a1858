import type { Generated } from "kysely";
import type { Mark } from "../marks.ts";
import type { CallItemRecord, CallRecord, SessionRecord } from "../records.ts";
import type { Usage } from "../usage.ts";
import type { TranscriptSeal, TurnRecord } from "../turns.ts";

/** Columns as they stand in the tables, which the migrations make. */
export interface Schema {
  /** The brief is kept as JSON text. */
  readonly sessions: { [K in keyof Omit<SessionRecord, "brief">]: SessionRecord[K] } & { brief: string };
  readonly calls: { [K in keyof CallRecord]: CallRecord[K] };
  /** SQLite knows no truth values. */
  readonly turns: { [K in keyof Omit<TurnRecord, "inferred">]: TurnRecord[K] } & { inferred: number };
  readonly transcriptSeals: { [K in keyof TranscriptSeal]: TranscriptSeal[K] };
  readonly serverSecrets: { name: string; value: string };
  /** Ascending `position` is the order in which they were kept. */
  readonly callItems: { [K in keyof CallItemRecord]: CallItemRecord[K] } & { position: Generated<number> };
  readonly callUsage: { callId: string } & { [K in keyof Usage]: number };
  readonly marks: { [K in keyof Omit<Mark, "counted">]: Mark[K] } & { counted: number | null };
  readonly usedTickets: { id: string; expiresAt: number };
}
