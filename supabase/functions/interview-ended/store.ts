import * as z from "zod/mini";
import { askTable, type TablesNeeds } from "../_shared/tables.ts";

/** What is known of an interview's session, in the columns of its table. Times are ISO 8601. */
export interface Result {
  readonly started_at?: string;
  readonly ended_at?: string;
  readonly end_reason?: string;
  readonly turns?: number;
}

/** What came of interviews. */
export interface ResultStore {
  /** Keeps what is told beside what was told before; false where the session is no interview's. Throws RECORDS_UNAVAILABLE. */
  keep(sessionId: string, result: Result): Promise<boolean>;
  /** Lets the candidate of a session that nobody has come to begin anew. Throws RECORDS_UNAVAILABLE. */
  release(sessionId: string): Promise<void>;
}

/** The store over the project's REST API, as its service role. */
export function createResultStore({ fetch, url, apiKey }: Omit<TablesNeeds, "token">): ResultStore {
  const asService = { fetch, url, apiKey, token: apiKey };
  return {
    async keep(sessionId, result) {
      const [interview] = await askTable(asService, {
        method: "GET",
        table: "interviews",
        query: { session_id: `eq.${sessionId}`, select: "id" },
        row: z.object({ id: z.string() }),
      });
      if (interview === undefined) return false;
      await askTable(asService, {
        method: "POST",
        table: "results",
        query: { on_conflict: "interview_id" },
        body: { interview_id: interview.id, session_id: sessionId, ...result },
        prefer: "resolution=merge-duplicates,return=minimal",
        row: z.unknown(),
      });
      return true;
    },
    async release(sessionId) {
      await askTable(asService, {
        method: "PATCH",
        table: "interviews",
        query: { session_id: `eq.${sessionId}` },
        body: { session_id: null },
        prefer: "return=minimal",
        row: z.unknown(),
      });
    },
  };
}
