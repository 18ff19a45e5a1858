import type { TroubleName } from "@interview-proxy/protocol";
import type { Clock } from "../clock.ts";
import type { Reading } from "./instruments.ts";

/** Reads a metric by its name; nothing where there is none, or it says nothing at the moment. */
export type ReadMetric = (name: string) => Promise<readonly Reading[]>;

/** Something that is wrong. `since`: when it was seen first, in milliseconds since the epoch. */
export interface KnownTrouble {
  readonly alert: TroubleName;
  readonly since: number;
  readonly upstream: string | undefined;
}

export interface Troubles {
  /** What is wrong at the moment. */
  look(): Promise<readonly KnownTrouble[]>;
  close(): Promise<void>;
}

/** Nobody has to watch for this to be known since when it is. In milliseconds. */
const LOOK_EVERY_MS = 15_000;

/** Whoever looks at once after another sees the same. In milliseconds. */
const FRESH_MS = 1000;

/** What has failed so long ago is over. In milliseconds. */
const WINDOW_MS = 300_000;

/** By metric. */
type Look = ReadonlyMap<string, readonly Reading[]>;

/** What is known of the last minutes. */
interface Known {
  /** Each reading of a metric as it is now. */
  readonly now: (metric: string) => readonly Reading[];
  /** By how much those of a counter have grown together that have such labels. */
  readonly grown: (metric: string, labels: Readonly<Record<string, readonly string[]>>) => number;
}

/** When something is wrong, with a voice service where it is about one. */
type Rules = Readonly<Partial<Record<TroubleName, (known: Known, upstream: string) => boolean>>>;

const REQUESTS = "interview_upstream_requests_total";
const SERVERS = "interview_upstream_servers";
const UNREACHABLE = "interview_upstream_unreachable_servers";
const METRICS = [
  REQUESTS,
  SERVERS,
  UNREACHABLE,
  "interview_records_up",
  "interview_redis_up",
  "interview_disk_full_total",
  "interview_disk_free_ratio",
  "interview_clock_skew_seconds",
  "interview_transcript_lag_seconds",
  "interview_calls_total",
  "interview_webhook_lag_seconds",
  "interview_canary_ok",
  "interview_canary_age_seconds",
] as const;

/** Whether something is wrong, for each alert of `ops/alerts.yml` that this process can judge by itself, by the same measure but at once. */
const OF_PROCESS: Rules = {
  RecordsAway: ({ now }) => now("interview_records_up").some(({ value }) => value === 0),
  RedisAway: ({ now }) => now("interview_redis_up").some(({ value }) => value === 0),
  DiskFull: ({ now, grown }) =>
    grown("interview_disk_full_total", {}) > 0 || now("interview_disk_free_ratio").some(({ value }) => value < 0.05),
  WebhookLag: ({ now }) => now("interview_webhook_lag_seconds").some(({ value }) => value > 600),
  CanaryFailed: ({ now }) => now("interview_canary_ok").some(({ value }) => value === 0),
  CanaryOld: ({ now }) => now("interview_canary_age_seconds").some(({ value }) => value > 26 * 3600),
};

/** What follows from others, and says something only where none of them is known, or was until lately. */
const SYMPTOMS: Rules = {
  TranscriptLag: ({ now }) => now("interview_transcript_lag_seconds").some(({ value }) => value > 120),
  PossibleOrphan: ({ grown }) => grown("interview_calls_total", { state: ["possible_orphan"] }) > 0,
};

/** For so long a cause explains what is seen, in milliseconds; the alerts have the same. */
const EXPLAINS_MS = 600_000;

/** What wakes somebody, and explains symptoms. */
const CAUSES: ReadonlySet<TroubleName> = new Set([
  "UpstreamDown",
  "KeyRejected",
  "SidebandRefused",
  "RecordsAway",
  "DiskFull",
  "ClockOff",
]);

/** The same of one voice service. */
const OF_UPSTREAM: Rules = {
  UpstreamDown({ now, grown }, upstream) {
    const creates = { upstream: [upstream], operation: ["create"] };
    const code = ["UPSTREAM_UNAVAILABLE", "UPSTREAM_TIMEOUT", "UPSTREAM_BAD_ANSWER"];
    const [servers, unreachable] = [SERVERS, UNREACHABLE].map((metric) => valueOf(now(metric), upstream));
    return isMost(grown(REQUESTS, { ...creates, code }), grown(REQUESTS, creates)) || isMost(unreachable, servers);
  },
  KeyRejected: ({ grown }, upstream) => grown(REQUESTS, { upstream: [upstream], code: ["UPSTREAM_UNAUTHORIZED"] }) > 0,
  SidebandRefused({ grown }, upstream) {
    const attaches = { upstream: [upstream], operation: ["attach"] };
    const refused = grown(REQUESTS, { ...attaches, code: ["gone", "UPSTREAM_UNAVAILABLE"] });
    return refused >= 5 && isMost(refused, grown(REQUESTS, attaches));
  },
  ClockOff: ({ now }, upstream) => Math.abs(valueOf(now("interview_clock_skew_seconds"), upstream)) > 60,
};

/**
 * Watches what this process measures of itself for what is wrong, so that its operators see that without asking
 * Prometheus. It looks by itself, so that it is known since when.
 */
export function watchTroubles(read: ReadMetric, clock: Clock): Troubles {
  const watch = new TroubleWatch(read, clock);
  return { look: () => watch.look(), close: () => watch.close() };
}

class TroubleWatch {
  readonly #read: ReadMetric;
  readonly #clock: Clock;
  /** The looks of the window, oldest first. */
  #looks: { readonly at: number; readonly look: Look }[] = [];
  #found: readonly KnownTrouble[] = [];
  #explainedUntil = Number.NEGATIVE_INFINITY;
  #looking: Promise<readonly KnownTrouble[]> | undefined;
  #cancel: () => void = () => undefined;
  #isClosed = false;

  constructor(read: ReadMetric, clock: Clock) {
    this.#read = read;
    this.#clock = clock;
    void this.#lookAgain();
  }

  look(): Promise<readonly KnownTrouble[]> {
    const last = this.#looks.at(-1);
    if (last !== undefined && Math.abs(this.#clock.now() - last.at) < FRESH_MS) return Promise.resolve(this.#found);
    this.#looking ??= this.#look().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  close(): Promise<void> {
    this.#isClosed = true;
    this.#cancel();
    return Promise.resolve();
  }

  async #lookAgain(): Promise<void> {
    await this.look();
    if (!this.#isClosed) this.#cancel = this.#clock.after(LOOK_EVERY_MS, () => void this.#lookAgain());
  }

  async #look(): Promise<readonly KnownTrouble[]> {
    const readings = await Promise.all(METRICS.map((name) => this.#read(name).catch(() => [])));
    const at = this.#clock.now();
    const look: Look = new Map(METRICS.map((name, index) => [name, readings[index] ?? []]));
    // A clock that was off may be put back.
    this.#looks = [...this.#looks.filter((other) => Math.abs(at - other.at) <= WINDOW_MS), { at, look }];
    const before = this.#looks[0]?.look ?? look;
    const known = knownFrom(look, before);
    const causes = causesIn(known);
    if (causes.some(({ alert }) => CAUSES.has(alert))) this.#explainedUntil = at + EXPLAINS_MS;
    const found = at < this.#explainedUntil ? causes : [...causes, ...wrongIn(SYMPTOMS, known)];
    this.#found = found.map(({ alert, upstream }) => {
      const earlier = this.#found.find((other) => other.alert === alert && other.upstream === upstream);
      return earlier ?? { alert, upstream, since: at };
    });
    return this.#found;
  }
}

function knownFrom(look: Look, before: Look): Known {
  return {
    now: (metric) => look.get(metric) ?? [],
    grown: (metric, labels) => sumOf(look.get(metric), labels) - sumOf(before.get(metric), labels),
  };
}

type Found = Omit<KnownTrouble, "since">;

function causesIn(known: Known): readonly Found[] {
  const upstreams = known.now(SERVERS).flatMap(({ labels: { upstream } }) => upstream ?? []);
  return [...upstreams.flatMap((upstream) => wrongIn(OF_UPSTREAM, known, upstream)), ...wrongIn(OF_PROCESS, known)];
}

/** `upstream`: the voice service that they are about. */
function wrongIn(rules: Rules, known: Known, upstream?: string): readonly Found[] {
  return (Object.keys(rules) as TroubleName[])
    .filter((alert) => rules[alert]?.(known, upstream ?? "") === true)
    .map((alert) => ({ alert, upstream }));
}

function sumOf(readings: readonly Reading[] = [], wanted: Readonly<Record<string, readonly string[]>>): number {
  return readings
    .filter(({ labels }) => Object.entries(wanted).every(([name, values]) => values.includes(labels[name] ?? "")))
    .reduce((sum, { value }) => sum + value, 0);
}

function valueOf(readings: readonly Reading[], upstream: string): number {
  return sumOf(readings, { upstream: [upstream] });
}

function isMost(part = 0, all = 0): boolean {
  return all > 0 && part / all > 0.5;
}
