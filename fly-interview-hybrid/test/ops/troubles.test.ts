import { readFileSync } from "node:fs";
import { join } from "node:path";
import { TROUBLES } from "@interview-proxy/protocol";
import { expect, onTestFinished, test } from "vitest";
import type { Reading } from "../../src/ops/instruments.ts";
import { type Troubles, watchTroubles } from "../../src/ops/troubles.ts";
import { createFakeClock, type FakeClock } from "../fake-clock.ts";
import { OPS } from "./promtool.ts";

const SERVICE = { upstream: "openai-realtime" };
const ofRequests = (operation: string, code: string): Reading["labels"] => ({ ...SERVICE, operation, code });

/** What a process says where all is well. */
const WELL: Readonly<Record<string, readonly Reading[]>> = {
  interview_upstream_servers: [{ labels: SERVICE, value: 3 }],
  interview_upstream_unreachable_servers: [{ labels: SERVICE, value: 1 }],
  interview_upstream_requests_total: [
    { labels: ofRequests("create", "ok"), value: 10 },
    { labels: ofRequests("create", "UPSTREAM_TIMEOUT"), value: 40 },
    { labels: ofRequests("attach", "ok"), value: 10 },
    { labels: ofRequests("attach", "gone"), value: 40 },
  ],
  interview_records_up: [{ labels: {}, value: 1 }],
  interview_redis_up: [{ labels: {}, value: 1 }],
  interview_disk_full_total: [{ labels: { store: "records" }, value: 4 }],
  interview_disk_free_ratio: [{ labels: {}, value: 0.06 }],
  interview_clock_skew_seconds: [{ labels: SERVICE, value: -59 }],
  interview_transcript_lag_seconds: [{ labels: {}, value: 119 }],
  interview_calls_total: [
    { labels: { state: "live" }, value: 9 },
    { labels: { state: "possible_orphan" }, value: 2 },
  ],
  interview_webhook_lag_seconds: [{ labels: {}, value: 599 }],
};

/** A process that says other things than before, when it is told to. */
function watch(): {
  readonly clock: FakeClock;
  readonly troubles: Troubles;
  readonly say: (metric: string, ...readings: readonly Reading[]) => void;
} {
  const clock = createFakeClock();
  const said = new Map(Object.entries(WELL));
  const troubles = watchTroubles(async (name) => {
    const readings = said.get(name);
    if (readings === undefined) throw new Error("It cannot be read.");
    return readings;
  }, clock);
  onTestFinished(() => troubles.close());
  return { clock, troubles, say: (metric, ...readings) => void said.set(metric, readings) };
}

const plain = (value: number): Reading => ({ labels: {}, value });

test.each<[keyof typeof TROUBLES, string, readonly Reading[], string | undefined]>([
  ["UpstreamDown", "interview_upstream_unreachable_servers", [{ labels: SERVICE, value: 2 }], SERVICE.upstream],
  [
    "UpstreamDown",
    "interview_upstream_requests_total",
    [
      { labels: ofRequests("create", "ok"), value: 11 },
      { labels: ofRequests("create", "UPSTREAM_TIMEOUT"), value: 42 },
    ],
    SERVICE.upstream,
  ],
  [
    "KeyRejected",
    "interview_upstream_requests_total",
    [
      ...(WELL["interview_upstream_requests_total"] ?? []),
      { labels: ofRequests("hang_up", "UPSTREAM_UNAUTHORIZED"), value: 1 },
    ],
    SERVICE.upstream,
  ],
  [
    "SidebandRefused",
    "interview_upstream_requests_total",
    [
      { labels: ofRequests("create", "ok"), value: 50 },
      { labels: ofRequests("attach", "ok"), value: 14 },
      { labels: ofRequests("attach", "gone"), value: 45 },
    ],
    SERVICE.upstream,
  ],
  ["RecordsAway", "interview_records_up", [plain(0)], undefined],
  ["RedisAway", "interview_redis_up", [plain(0)], undefined],
  ["DiskFull", "interview_disk_full_total", [{ labels: { store: "spool" }, value: 5 }], undefined],
  ["DiskFull", "interview_disk_free_ratio", [plain(0.04)], undefined],
  ["ClockOff", "interview_clock_skew_seconds", [{ labels: SERVICE, value: -300 }], SERVICE.upstream],
  ["TranscriptLag", "interview_transcript_lag_seconds", [plain(121)], undefined],
  ["PossibleOrphan", "interview_calls_total", [{ labels: { state: "possible_orphan" }, value: 3 }], undefined],
  ["WebhookLag", "interview_webhook_lag_seconds", [plain(601)], undefined],
  ["CanaryFailed", "interview_canary_ok", [plain(0)], undefined],
  ["CanaryOld", "interview_canary_age_seconds", [plain(27 * 3600)], undefined],
])("%s is seen by %s, with since when it is, and is over again", async (alert, metric, readings, upstream) => {
  const { clock, troubles, say } = watch();
  await clock.advance(60_000);
  expect(await troubles.look(), "what was before it was begun, or cannot be read, is no trouble").toEqual([]);
  say(metric, ...readings);
  await clock.advance(15_000);
  const since = clock.now();
  await clock.advance(120_000);
  expect(await troubles.look()).toEqual([{ alert, upstream, since }]);
  const isCounter = metric.endsWith("_total");
  if (!isCounter) say(metric, ...(WELL[metric] ?? []));
  await clock.advance(isCounter ? 300_000 : 15_000);
  expect(await troubles.look()).toEqual([]);
});

test("what follows from another trouble is told only when that has been over for ten minutes", async () => {
  const { clock, troubles, say } = watch();
  await clock.advance(15_000);
  say("interview_records_up", plain(0));
  say("interview_transcript_lag_seconds", plain(300));
  await clock.advance(15_000);
  const names = async (): Promise<readonly string[]> => (await troubles.look()).map(({ alert }) => alert);
  expect(await names()).toEqual(["RecordsAway"]);
  say("interview_records_up", plain(1));
  await clock.advance(590_000);
  expect(await names()).toEqual([]);
  await clock.advance(15_000);
  expect(await names()).toEqual(["TranscriptLag"]);
});

test("nothing is looked for after the end", async () => {
  const { clock, troubles, say } = watch();
  await clock.advance(15_000);
  say("interview_records_up", plain(0));
  await clock.advance(1000);
  expect(await troubles.look()).toMatchObject([{ alert: "RecordsAway" }]);
  await troubles.close();
  await clock.advance(60_000);
  expect(clock.pending()).toBe(0);
});

test("each trouble is an alert, and a section of the runbooks", () => {
  const alerts = readFileSync(join(OPS, "alerts.yml"), "utf8");
  const runbooks = readFileSync(join(OPS, "../docs/runbooks.md"), "utf8");
  for (const name of Object.keys(TROUBLES)) {
    expect(alerts).toContain(`- alert: ${name}\n`);
    expect(runbooks).toContain(`## ${name}\n`);
  }
});
