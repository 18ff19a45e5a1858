import {
  connectionQualitySchema,
  endReasonSchema,
  sessionStateSchema,
  type StatsRequest,
  turnRoleSchema,
  turnStatusSchema,
  type Usage,
} from "@interview-proxy/protocol";
import type { Clock } from "../clock.ts";
import { EVERY_UPSTREAM } from "../upstream-names.ts";
import { CONNECT_OUTCOMES, CONNECT_STAGES } from "./connect-stages.ts";
import { Instruments, type Reading } from "./instruments.ts";
import { CODES, REQUEST_CODES, TENANT_BUCKETS, tenantBucket } from "./label-values.ts";
import { observeProcess } from "./process-metrics.ts";
import { ratioOf, startOfMonth, TenantUse } from "./tenant-use.ts";
import type { UpstreamContacts } from "./upstream-contacts.ts";

/** What can be read when it is asked for; `undefined` says nothing. */
type Read = () => number | undefined | Promise<number | undefined>;

/** One running session, as far as it is counted. */
export interface CountedSession {
  readonly state: (typeof sessionStateSchema.options)[number];
  readonly tenant: string;
  /** `undefined`: it has no call. */
  readonly upstream: string | undefined;
}

/** One query of the records. */
interface MeasuredQuery {
  readonly operation: "read" | "write";
  readonly seconds: number;
  readonly isDiskFull: boolean;
}

const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 2.5, 5, 10, 20] as const;
const NETWORK_SECONDS = [0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5, 1, 2, 5] as const;

/** Every kind of write that is queued where it cannot be done. */
const WRITES: readonly string[] = [
  "turn",
  "gap",
  "updateSession",
  "updateCall",
  "keepCallId",
  "endCall",
  "insertCallItem",
  "putUsage",
  "insertMark",
  "noteWarning",
];

/**
 * What this process counts for whoever operates it, in Prometheus's terms; docs/observability.md lists it. A label has few
 * values, and none names a tenant of the records, a person, a persona, a session or a call.
 */
export class Metrics {
  readonly #instruments = new Instruments();
  readonly #process = observeProcess(this.#instruments);

  readonly sessionsEnded = this.#instruments.counter("interview_sessions_ended_total", "Sessions that have ended.", {
    reason: endReasonSchema.options,
  });
  readonly connects = this.#instruments.counter(
    "interview_connects_total",
    "Attempts to connect, by how they ended. refused: for a reason of the client's, or a limit; failed: for one of ours or the voice service's.",
    { outcome: CONNECT_OUTCOMES },
  );
  readonly connectFailures = this.#instruments.counter(
    "interview_connect_errors_total",
    "Attempts to connect that ended with an error, by its code.",
    { code: CODES.filter((code) => code !== "ok") },
  );
  readonly repeatedRefusals = this.#instruments.total(
    "interview_repeated_refusals_total",
    "Requests that came before the time they had been told, and were refused again without a look.",
  );
  readonly connectSeconds = this.#instruments.histogram(
    "interview_connect_seconds",
    "Time that a connect that succeeded took here and at the voice service; without waits for the client.",
    { labels: {}, buckets: SECONDS },
  );
  readonly connectStageSeconds = this.#instruments.histogram("interview_connect_stage_seconds", "The same, by stage.", {
    labels: { stage: CONNECT_STAGES },
    buckets: SECONDS,
  });
  readonly upstreamRequests = this.#instruments.counter(
    "interview_upstream_requests_total",
    "Requests to voice services, by what came of them.",
    {
      upstream: EVERY_UPSTREAM,
      operation: ["create", "hang_up", "attach"],
      code: REQUEST_CODES,
    },
  );
  readonly upstreamSeconds = this.#instruments.histogram(
    "interview_upstream_request_seconds",
    "Time until a voice service had answered.",
    { labels: { operation: ["create", "hang_up", "attach"] }, buckets: SECONDS },
  );
  readonly calls = this.#instruments.counter("interview_calls_total", "Calls that have come to a state.", {
    state: ["connecting", "live", "ended", "failed", "possible_orphan"],
  });
  readonly orphanHangUps = this.#instruments.total(
    "interview_orphan_hang_ups_total",
    "Calls that nobody owned any more, and that are hung up.",
  );
  readonly sidebandGaps = this.#instruments.total(
    "interview_sideband_gaps_total",
    "Times that the sideband of a call that goes on was lost, or taken up from another process.",
  );
  readonly backfills = this.#instruments.counter(
    "interview_sideband_backfills_total",
    "Items of a conversation that were asked for because their words had not come.",
    { outcome: ["retrieved", "not_retrieved"] },
  );
  readonly unreadableFrames = this.#instruments.total(
    "interview_unreadable_frames_total",
    "Frames of sidebands that were not read.",
  );
  readonly turns = this.#instruments.counter("interview_turns_total", "Turns that are in a transcript.", {
    role: turnRoleSchema.options,
    status: turnStatusSchema.options,
  });
  readonly tokens = this.#instruments.counter("interview_tokens_total", "Tokens that calls have used.", {
    kind: ["inputText", "inputAudio", "cachedText", "cachedAudio", "outputText", "outputAudio", "transcription"],
  });
  readonly usedSeconds = this.#instruments.counter(
    "interview_billed_seconds_total",
    "Seconds that calls have used, where that is what is billed.",
    { kind: ["voice", "transcription"] },
  );
  readonly money = this.#instruments.total("interview_cost_total", "What calls have cost, in the currency of PRICES.");
  readonly interruptions = this.#instruments.counter(
    "interview_interruptions_total",
    "Sessions that lost their call, and waited for another.",
    { reason: ["upstream_ended", "sideband_lost"] },
  );
  readonly resumes = this.#instruments.counter(
    "interview_resumes_total",
    "Interruptions that are over. failed: the session ended for them; abandoned: it was ended for another reason.",
    { outcome: ["resumed", "failed", "abandoned"] },
  );
  readonly guardViolations = this.#instruments.counter(
    "interview_guard_violations_total",
    "What pages changed that was not theirs.",
    { kind: ["drift", "injected", "removed", "unexplained_response"], counted: ["true", "false"] },
  );
  readonly takeOvers = this.#instruments.total(
    "interview_take_overs_total",
    "Sessions taken over from a process that is gone.",
  );
  readonly writes = this.#instruments.counter(
    "interview_writes_total",
    "What had to be written while interviews ran.",
    {
      kind: WRITES,
      outcome: ["written", "queued", "dropped"],
    },
  );
  readonly storeSeconds = this.#instruments.histogram(
    "interview_store_seconds",
    "Time that records and Redis took to answer.",
    { labels: { store: ["records", "redis"], operation: ["read", "write"] }, buckets: SECONDS },
  );
  readonly diskFull = this.#instruments.counter(
    "interview_disk_full_total",
    "Writes that were not done for want of room on the disk.",
    { store: ["records", "spool"] },
  );
  readonly webhookAttempts = this.#instruments.counter(
    "interview_webhook_attempts_total",
    "Attempts to deliver a webhook.",
    { outcome: ["delivered", "refused", "timed_out", "unreachable", "private_address"] },
  );
  readonly webhookDeadLetters = this.#instruments.total(
    "interview_webhook_dead_letters_total",
    "Webhooks that are tried no more.",
  );
  readonly #qualities = this.#instruments.counter(
    "interview_client_quality_total",
    "Reports of pages on the quality of their calls.",
    { quality: connectionQualitySchema.options },
  );
  readonly #roundTrips = this.#instruments.histogram(
    "interview_client_rtt_seconds",
    "Round trips between browsers and voice service, as pages report them.",
    { labels: {}, buckets: NETWORK_SECONDS },
  );
  readonly #jitter = this.#instruments.histogram(
    "interview_client_jitter_seconds",
    "Jitter of the interviewer's voice, as pages report it.",
    { labels: {}, buckets: NETWORK_SECONDS },
  );
  readonly #loss = this.#instruments.histogram(
    "interview_client_loss_ratio",
    "Part of the packets that was lost, from 0 to 1, as pages report it.",
    { labels: {}, buckets: [0, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1] },
  );

  /** What tenants have used of their months. */
  readonly tenantUse = new TenantUse();

  /** Counts what a call has used up. */
  used(usage: Usage): void {
    for (const kind of ["inputText", "inputAudio", "cachedText", "cachedAudio", "outputText", "outputAudio"] as const)
      this.tokens.inc({ kind }, usage[`${kind}Tokens`]);
    this.tokens.inc({ kind: "transcription" }, usage.transcriptionTokens);
    this.usedSeconds.inc({ kind: "voice" }, usage.voiceSeconds);
    this.usedSeconds.inc({ kind: "transcription" }, usage.transcriptionSeconds);
    this.money.inc(usage.money);
  }

  /** Measures a query of the records. */
  query({ operation, seconds, isDiskFull }: MeasuredQuery): void {
    this.storeSeconds.observe({ store: "records", operation }, seconds);
    if (isDiskFull) this.diskFull.inc({ store: "records" });
  }

  /** Counts what a page has measured. */
  clientStats({ quality, rttMs, lossPercent, jitterMs }: StatsRequest): void {
    this.#qualities.inc({ quality });
    if (rttMs !== undefined) this.#roundTrips.observe({}, rttMs / 1000);
    if (jitterMs !== undefined) this.#jitter.observe({}, jitterMs / 1000);
    if (lossPercent !== undefined) this.#loss.observe({}, lossPercent / 100);
  }

  /** Adds something that is read each time somebody looks. The name has its unit at its end. */
  gauge(name: string, help: string, read: Read): void {
    this.#instruments.gauge(name, help, {
      labels: {},
      read: async () => {
        const value = await read();
        return value === undefined ? [] : [{ labels: {}, value }];
      },
    });
  }

  /** The sessions that run here, each time somebody looks. */
  countSessions(sessions: () => readonly CountedSession[]): void {
    this.#instruments.gauge("interview_sessions", "Sessions that run here.", {
      labels: {
        state: sessionStateSchema.options,
        tenant: TENANT_BUCKETS,
        upstream: [...EVERY_UPSTREAM, "none"],
      },
      read: () =>
        sessions().map(({ state, tenant, upstream = "none" }) => ({
          labels: { state, tenant: tenantBucket(tenant), upstream },
          value: 1,
        })),
    });
  }

  /** How much of their months tenants have used, each time somebody looks: of those in one bucket the one that used most. */
  readTenantUse(clock: Clock): void {
    this.#instruments.gauge("interview_tenant_month_used_ratio", "Used part of a tenant's monthly limits; 1: all.", {
      labels: { tenant: TENANT_BUCKETS },
      join: Math.max,
      read: () =>
        this.tenantUse
          .read(startOfMonth(clock.now()))
          .map((use) => ({ labels: { tenant: tenantBucket(use.tenant) }, value: ratioOf(use) })),
    });
  }

  /** Whether voice services can be reached, and what time it is there, each time somebody looks. */
  readContacts(contacts: UpstreamContacts): void {
    const labels = { upstream: EVERY_UPSTREAM };
    this.#instruments.gauge("interview_upstream_servers", "Servers of voice services that are in use.", {
      labels,
      read: () => contacts.read().map(({ upstream, servers }) => ({ labels: { upstream }, value: servers })),
    });
    this.#instruments.gauge("interview_upstream_unreachable_servers", "Servers that could not be reached last time.", {
      labels,
      read: () => contacts.read().map(({ upstream, unreachable }) => ({ labels: { upstream }, value: unreachable })),
    });
    this.#instruments.gauge("interview_clock_skew_seconds", "This machine's clock less that of the voice service.", {
      labels,
      read: () =>
        contacts
          .read()
          .flatMap(({ upstream, clockSkewSeconds: value }) =>
            value === undefined ? [] : [{ labels: { upstream }, value }],
          ),
    });
  }

  /** What a counter or a gauge says at the moment; nothing where there is none of that name. */
  read(name: string): Promise<readonly Reading[]> {
    return this.#instruments.read(name);
  }

  /** Everything in Prometheus's text format. */
  text(): Promise<string> {
    return this.#instruments.text();
  }

  /** By metric: the most time series it can have, see {@link Instruments.bounds}. */
  get bounds(): ReadonlyMap<string, number> {
    return this.#instruments.bounds;
  }

  /** Measures nothing any more by itself. Doing it twice does no harm. */
  close(): Promise<void> {
    this.#process.close();
    return Promise.resolve();
  }
}
