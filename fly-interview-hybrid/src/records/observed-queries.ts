import type { LogEvent } from "kysely";

/** One query, as it was done or failed. */
export interface DoneQuery {
  readonly operation: "read" | "write";
  readonly seconds: number;
  readonly isDiskFull: boolean;
}

/** Hears of each query. */
export type OnQuery = (query: DoneQuery) => void;

/** What Kysely logs, for who counts it. */
export function toLogger(onQuery: OnQuery): (event: LogEvent) => void {
  return (event) =>
    onQuery({
      operation: event.query.query.kind === "SelectQueryNode" ? "read" : "write",
      seconds: event.queryDurationMillis / 1000,
      isDiskFull: event.level === "error" && isDiskFull(event.error),
    });
}

/** By the names that SQLite, Postgres (disk_full) and the operating system have for it. */
const DISK_FULL = new Set(["SQLITE_FULL", "53100", "ENOSPC"]);

export function isDiskFull(error: unknown): boolean {
  return DISK_FULL.has(String((error as { code?: unknown } | undefined)?.code));
}
