import { describe, expect, onTestFinished, test } from "vitest";
import { createFakeClock } from "../fake-clock.ts";
import { tenantBucket } from "../../src/ops/label-values.ts";
import { Metrics } from "../../src/ops/metrics.ts";
import { UpstreamContacts } from "../../src/ops/upstream-contacts.ts";

function openMetrics(): Metrics {
  const metrics = new Metrics();
  onTestFinished(() => metrics.close());
  return metrics;
}

/** How many time series each metric has; what a histogram is told as counts as one. */
async function seriesOf(metrics: Metrics): Promise<ReadonlyMap<string, number>> {
  const series = new Map<string, Set<string>>();
  for (const line of (await metrics.text()).split("\n").filter((each) => each !== "" && !each.startsWith("#"))) {
    const [, told = "", labels = ""] = /^([a-z_]+)(?:\{(.*)\})? /.exec(line) ?? [];
    const base = told.replace(/_(bucket|sum|count)$/, "");
    const name = metrics.bounds.has(base) ? base : told;
    const own = labels.replace(/le="[^"]*",?/, "");
    series.set(name, (series.get(name) ?? new Set()).add(own));
  }
  return new Map([...series].map(([name, { size }]) => [name, size]));
}

const ODD = ["", "__proto__", "constructor", 'a"b\\c\n', "é".repeat(500), "UPSTREAM_", "ok ", "0", "NaN"];

describe("whatever comes, the time series are bounded", () => {
  test("by thousands of tenants, odd states and odd upstreams", async () => {
    const metrics = openMetrics();
    const tenants = Array.from({ length: 5000 }, (_, n) => `tenant-${n}`);
    metrics.countSessions(() =>
      [...tenants, ...ODD].flatMap((tenant, n) => [
        { state: "live", tenant, upstream: "openai-realtime" },
        { state: ODD[n % ODD.length] as "live", tenant, upstream: `upstream-${n}` },
        { state: "open", tenant, upstream: undefined },
      ]),
    );
    const clock = createFakeClock();
    metrics.readTenantUse(clock);
    for (const tenant of tenants)
      metrics.tenantUse.note({ tenant, month: 0, at: 1, uses: [{ kind: "seconds", used: 1, limit: 2 }] });
    const series = await seriesOf(metrics);
    expect(series.get("interview_sessions")).toBeLessThanOrEqual(metrics.bounds.get("interview_sessions") ?? 0);
    expect(metrics.bounds.get("interview_sessions")).toBeLessThanOrEqual(700);
    expect(await metrics.text()).not.toContain("tenant-17");
  });

  test("by codes, reasons and kinds that nobody declared", async () => {
    const metrics = openMetrics();
    for (let n = 0; n < 2000; n += 1) {
      const odd = (ODD[n] ?? `value-${n}`) as never;
      metrics.connectFailures.inc({ code: odd });
      metrics.connects.inc({ outcome: odd });
      metrics.sessionsEnded.inc({ reason: odd });
      metrics.upstreamRequests.inc({ upstream: odd, operation: odd, code: odd });
      metrics.upstreamSeconds.observe({ operation: odd }, 1);
      metrics.connectStageSeconds.observe({ stage: odd }, 1);
      metrics.calls.inc({ state: odd });
      metrics.turns.inc({ role: odd, status: odd });
      metrics.writes.inc({ kind: odd, outcome: odd });
      metrics.webhookAttempts.inc({ outcome: odd });
      metrics.guardViolations.inc({ kind: odd, counted: odd });
      metrics.clientStats({ quality: odd, rttMs: n, lossPercent: n % 100, jitterMs: n });
    }
    const series = await seriesOf(metrics);
    expect([...metrics.bounds].filter(([name, bound]) => (series.get(name) ?? 0) > bound)).toEqual([]);
    const text = await metrics.text();
    expect(text).not.toContain("value-");
    expect(text).toContain('interview_calls_total{state="other"} 2000');
    expect([...series.values()].reduce((sum, size) => sum + size, 0)).toBeLessThan(1500);
  });

  test("and a tenant has the same bucket everywhere", () => {
    expect(tenantBucket("default")).toBe("default");
    expect(tenantBucket("simulation")).toBe("simulation");
    expect(tenantBucket("acme")).toBe(tenantBucket("acme"));
    const buckets = new Set(Array.from({ length: 1000 }, (_, n) => tenantBucket(`tenant-${n}`)));
    expect(buckets.size).toBe(16);
  });
});

test("what nobody can say is not said: a gauge without a reading has no line", async () => {
  const metrics = openMetrics();
  metrics.gauge("interview_redis_up", "1: Redis can be reached.", () => undefined);
  metrics.gauge("interview_records_up", "1: the records answer.", () => 1);
  const lines = (await metrics.text()).split("\n").filter((line) => !line.startsWith("#"));
  expect(lines).toContain("interview_records_up 1");
  expect(lines.filter((line) => line.startsWith("interview_redis_up"))).toEqual([]);
});

test("a clock that is off shows by the time that the voice service tells, and a wrong one among several does not", async () => {
  const clock = createFakeClock();
  const contacts = new UpstreamContacts(clock);
  const at = (offset: number): string => new Date(clock.now() - offset).toUTCString();
  const servers = Array.from({ length: 3 }, () => contacts.watch("openai-realtime"));
  for (const server of servers) server.note({ isReached: true, date: at(300_000) });
  servers[2]?.note({ isReached: false, date: at(-9_000_000) });
  const [reading] = contacts.read();
  expect(reading).toMatchObject({ servers: 3, unreachable: 1 });
  expect(reading?.clockSkewSeconds).toBeCloseTo(300, 0);
  for (const server of servers) server.forget();
  expect(contacts.read()).toEqual([]);
});
