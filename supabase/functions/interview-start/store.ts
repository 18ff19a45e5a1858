import * as z from "zod/mini";
import { askTable, type TablesNeeds } from "../_shared/tables.ts";
import type { User } from "../_shared/user.ts";

const time = z.pipe(
  z.string().check(z.refine((value) => !Number.isNaN(Date.parse(value)))),
  z.transform((value: string) => Date.parse(value)),
);

const interviewSchema = z.pipe(
  z.object({
    id: z.string(),
    organisation_id: z.string(),
    candidate_id: z.string(),
    opens_at: time,
    closes_at: time,
    session_id: z.nullable(z.string()),
  }),
  z.transform((row) => ({
    id: row.id,
    organisationId: row.organisation_id,
    candidateId: row.candidate_id,
    /** Milliseconds since the epoch, as is the next. */
    opensAt: row.opens_at,
    closesAt: row.closes_at,
    /** The proxy's session; `null`: the candidate has not come yet. */
    sessionId: row.session_id,
  })),
);
export type Interview = z.infer<typeof interviewSchema>;

const planSchema = z.object({
  instructions: z.nullable(z.string()),
  questions: z.array(z.string()),
  persona: z.nullable(z.string()),
  language: z.nullable(z.string()),
  max_duration_seconds: z.nullable(z.number()),
});
export type Plan = z.infer<typeof planSchema>;

/** The interviews of the platform. All of it throws RECORDS_UNAVAILABLE. */
export interface InterviewStore {
  /** An interview as far as the user may see it: row level security decides. */
  findInterview(id: string, user: User): Promise<Interview | undefined>;
  /** What its interviewer is to be told, which no candidate may see; `undefined`: nobody has planned it. */
  findPlan(interviewId: string): Promise<Plan | undefined>;
  /** Notes the session of an interview that has none; false where it has one. */
  noteSession(interviewId: string, sessionId: string): Promise<boolean>;
}

export interface InterviewStoreNeeds extends Pick<TablesNeeds, "fetch" | "url"> {
  readonly anonKey: string;
  readonly serviceRoleKey: string;
}

/** The store over the project's REST API. */
export function createInterviewStore({ fetch, url, anonKey, serviceRoleKey }: InterviewStoreNeeds): InterviewStore {
  const asService = { fetch, url, apiKey: serviceRoleKey, token: serviceRoleKey };
  return {
    async findInterview(id, { token }) {
      const [interview] = await askTable(
        { fetch, url, apiKey: anonKey, token },
        {
          method: "GET",
          table: "interviews",
          query: { id: `eq.${id}`, select: "id,organisation_id,candidate_id,opens_at,closes_at,session_id" },
          row: interviewSchema,
        },
      );
      return interview;
    },
    async findPlan(interviewId) {
      const [plan] = await askTable(asService, {
        method: "GET",
        table: "interview_plans",
        query: {
          interview_id: `eq.${interviewId}`,
          select: "instructions,questions,persona,language,max_duration_seconds",
        },
        row: planSchema,
      });
      return plan;
    },
    async noteSession(interviewId, sessionId) {
      const changed = await askTable(asService, {
        method: "PATCH",
        table: "interviews",
        query: { id: `eq.${interviewId}`, session_id: "is.null", select: "id" },
        body: { session_id: sessionId },
        prefer: "return=representation",
        row: z.object({ id: z.string() }),
      });
      return changed.length > 0;
    },
  };
}
