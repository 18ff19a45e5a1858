import * as z from "zod/mini";
import { connectionQualitySchema } from "./client-messages/stats.ts";

/** Body of `POST /api/operators/login`: a token with scope `observe` or `operate`, as requests carry it otherwise. */
export const operatorLoginRequestSchema = z.strictObject({
  token: z.string().check(z.minLength(1), z.maxLength(8192)),
});
export type OperatorLoginRequest = z.infer<typeof operatorLoginRequestSchema>;

/** Reply of `POST /api/operators/login` and of `GET /api/operators/me`: who is signed in, on the page of the operators. */
export const operatorSessionSchema = z.object({
  operator: z.object({
    /** `sub` of the token; `service` for a service token. */
    sub: z.string(),
    tenant: z.string(),
    scopes: z.array(z.enum(["observe", "operate"])),
  }),
  /** Goes as `X-CSRF-Token` with every request that is no GET. */
  csrfToken: z.string(),
  /** Until then the cookie is good; ISO 8601, UTC. */
  expiresAt: z.string(),
});
export type OperatorSession = z.infer<typeof operatorSessionSchema>;

/** A session that runs, as operators watch it. What only the machine knows that runs it is `null` on the others. */
export const runningSessionSchema = z.object({
  sessionId: z.string(),
  person: z.string(),
  persona: z.string(),
  state: z.enum(["open", "connecting", "live", "interrupted"]),
  /** The machine that tells of it runs it. */
  isHere: z.boolean(),
  /** The voice service of its call; `null`: it has none. */
  upstream: z.nullable(z.string()),
  /** ISO 8601, UTC. */
  startedAt: z.string(),
  /** By then it ends at the latest, ISO 8601, UTC; `null`: its clock stands. */
  deadline: z.nullable(z.string()),
  /** What it has left while its clock stands, in seconds; `null`: its clock runs. */
  remainingSeconds: z.nullable(z.number()),
  muted: z.boolean(),
  /** Whether the candidate's page is connected; `null`: not known here. */
  isCandidateConnected: z.nullable(z.boolean()),
  /** The connection of its call, as the page told last; `null`: not told, or not known here. */
  quality: z.nullable(connectionQualitySchema),
  /** Round trip of the call's media, in milliseconds. */
  rttMs: z.nullable(z.number()),
  /**
   * Tokens that count against a budget, and cost in the currency of the server's price table, of all its calls together;
   * `null`: the records have not told yet.
   */
  tokens: z.nullable(z.number()),
  money: z.nullable(z.number()),
  /** How often the page did what counts against the session. */
  violations: z.nullable(z.number()),
});
export type RunningSession = z.infer<typeof runningSessionSchema>;

/** Most sessions that a list of running ones has: the newest. */
export const MAX_WATCHED_SESSIONS = 1000;

/** How many were at most `le`, in seconds, the smallest bound first. All of them are `count`, the time of all is `sum`. */
export const distributionSchema = z.object({
  count: z.number(),
  sum: z.number(),
  buckets: z.array(z.object({ le: z.number(), count: z.number() })),
});
export type Distribution = z.infer<typeof distributionSchema>;

/**
 * What may be wrong, in words for people. The names are those of the alerts in `ops/alerts.yml`, and of the sections of
 * `docs/runbooks.md` that say what to do.
 */
export const TROUBLES = {
  UpstreamDown: "The voice service makes no calls, or cannot be reached. New interviews do not begin.",
  KeyRejected: "The voice service refuses a key. Interviews that need it do not begin.",
  SidebandRefused: "The voice service lets nobody watch calls. Interviews end soon after they have begun.",
  RecordsAway: "The records cannot be reached. New interviews do not begin; those that run go on.",
  RedisAway: "Redis cannot be reached. Each machine counts by itself, so that limits are looser.",
  DiskFull: "There is no room left on the disk. What is said may not be kept.",
  ClockOff: "The clock of this machine is off. Sign-ins and deadlines are judged wrongly.",
  TranscriptLag: "What was said waits to be written for longer than it should.",
  PossibleOrphan: "A call may run on that nobody owns, and be billed.",
  WebhookLag: "A webhook has waited for long. The platform does not know what happened.",
  TenantNearBudget: "Almost all of the month is used up. At its limit no interview begins.",
  CanaryFailed: "The voice service no longer does what this server relies on.",
  CanaryOld: "The voice service has not been checked for more than a day.",
} as const satisfies Record<string, string>;

/** A name of the table of troubles. */
export type TroubleName = keyof typeof TROUBLES;

/** Something that is wrong at the moment with the machine that tells of it, or with what it needs. */
export const troubleSchema = z.object({
  /** A name of `TROUBLES`; a string here, so that a page can show that of a newer server. */
  alert: z.string(),
  /** Since when it is known; ISO 8601, UTC. */
  since: z.string(),
  /** The voice service that it is about, where it is about one. */
  upstream: z.optional(z.string()),
});
export type Trouble = z.infer<typeof troubleSchema>;

/** Events of `GET /api/operators/stream`: the data, as JSON, which has the event's name as its `type`. `at`: the server's clock, ISO 8601, UTC. */
export const operatorEventSchema = z.discriminatedUnion("type", [
  /** The first event: all sessions of the tenant that run, newest first. */
  z.object({
    type: z.literal("sessions"),
    at: z.string(),
    sessions: z.array(runningSessionSchema),
    /** There are more than the list has. */
    more: z.boolean(),
  }),
  /** What has changed in that list; `gone`: ids of those that are no more in it. At most once a second. */
  z.object({
    type: z.literal("changes"),
    at: z.string(),
    changed: z.array(runningSessionSchema),
    gone: z.array(z.string()),
    more: z.boolean(),
  }),
  /** How the machine stands that tells of it, since it was started; every five seconds, and at the beginning. */
  z.object({
    type: z.literal("overview"),
    at: z.string(),
    startedAt: z.string(),
    connects: z.object({
      /** How attempts to connect ended: `ok`, `refused` for a reason of the client's or a limit, `failed`. */
      outcomes: z.record(z.string(), z.number()),
      /** By code of the error table; those that there were. */
      errors: z.record(z.string(), z.number()),
      /** Of connects that succeeded. */
      seconds: distributionSchema,
      stages: z.record(z.string(), distributionSchema),
    }),
    upstreams: z.array(
      z.object({
        upstream: z.string(),
        servers: z.number(),
        unreachable: z.number(),
        /** This machine's clock less the service's; `null`: it has not said what time it is. */
        clockSkewSeconds: z.nullable(z.number()),
        /** What came of requests, by operation and code; those that there were. */
        requests: z.record(z.string(), z.record(z.string(), z.number())),
      }),
    ),
    /** What the tenant has used, and may use. */
    tenant: z.object({
      running: z.object({ used: z.number(), limit: z.number() }),
      /** Of this month (UTC), of what has a limit; looked up `at` that time, ISO 8601, UTC. `null`: nothing has. */
      month: z.nullable(
        z.object({
          month: z.string(),
          at: z.string(),
          uses: z.array(
            z.object({ kind: z.enum(["seconds", "tokens", "money"]), used: z.number(), limit: z.number() }),
          ),
        }),
      ),
    }),
    /** What is wrong at the moment. */
    troubles: z.array(troubleSchema),
  }),
]);
export type OperatorEvent = z.infer<typeof operatorEventSchema>;

/** The event of one type. */
export type OperatorEventOf<T extends OperatorEvent["type"]> = Extract<OperatorEvent, { type: T }>;

/**
 * Parses the data of one event. `undefined` for anything unknown: a page stays usable when the server is newer than
 * itself. Never throws.
 */
export function parseOperatorEvent(text: string): OperatorEvent | undefined {
  try {
    const result = z.safeParse(operatorEventSchema, JSON.parse(text));
    return result.success ? result.data : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reply of `GET /api/sessions/{id}/transcript/verification`: whether what is kept is what was said. `intact`: nothing was
 * altered, and it is signed; `unsigned`: nothing was altered, and nobody has vouched for it yet.
 */
export const transcriptVerificationSchema = z.object({
  verdict: z.enum(["intact", "unsigned", "altered"]),
  turns: z.number(),
  /** Turns whose words were erased. */
  erased: z.number(),
  /** `altered`: what is wrong, in words, and the first turn that was altered, where it is one. */
  problem: z.optional(z.string()),
  turn: z.optional(z.number()),
  /** Ed25519, as SPKI in base64url: with which key it is signed. */
  publicKey: z.optional(z.string()),
});
export type TranscriptVerification = z.infer<typeof transcriptVerificationSchema>;
