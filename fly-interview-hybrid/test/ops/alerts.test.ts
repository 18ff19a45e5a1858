import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { startProxyToBreak } from "../../../ops/stack/proxy-to-break.ts";
import { faster } from "../../../ops/stack/alerting.ts";
import { judge, OPS, runTool } from "./promtool.ts";

const read = (path: string): string => readFileSync(join(OPS, path), "utf8");
const alerts = read("alerts.yml");
const names = (text: string, pattern: RegExp): string[] => [
  ...new Set([...text.matchAll(pattern)].map(([, name = ""]) => name)),
];

/** What a proxy says that has everything: Redis, a file on a disk, tenants. */
let metrics = "";
beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), "alerts-"));
  const proxy = await startProxyToBreak({ DATABASE_URL: `file:${join(folder, "proxy.db")}` });
  await proxy.connect();
  metrics = await proxy.metrics();
  await proxy.close();
  rmSync(folder, { recursive: true });
}, 60_000);

describe("Prometheus and Alertmanager", () => {
  test("take the rules, and each alert fires when it should", { timeout: 60_000 }, () => {
    expect(runTool("promtool", ["check", "rules", "alerts.yml"])).toMatchObject({ status: 0 });
    expect(runTool("promtool", ["check", "config", "prometheus.yml"])).toMatchObject({ status: 0 });
    expect(runTool("amtool", ["check-config", "alertmanager.yml"])).toMatchObject({ status: 0 });
    const { status, said } = runTool("promtool", ["test", "rules", "alerts.test.yml"]);
    expect(said).toContain("SUCCESS");
    expect(status).toBe(0);
  });

  test("a test of the rules names each alert", () => {
    const tested = read("alerts.test.yml");
    expect(names(alerts, /- alert: (\w+)/g).filter((alert) => !tested.includes(alert))).toEqual([]);
  });

  test("a proxy that is well raises nothing, and one that is not is not taken for another fault", {
    timeout: 60_000,
  }, () => {
    expect(judge(metrics, metrics, "UpstreamDown")).toContain("UpstreamDown");
    const without = metrics.replace(/^interview_records_up 1$/m, "interview_records_up 0");
    expect(judge(metrics, without, "RecordsAway")).toBe("");
    expect(judge(metrics, without, "RedisAway")).not.toBe("");
  });

  test("of the local stack are faster by one factor for all that is a duration", () => {
    expect(faster('for: 2m\nrate(x[1h]) > 3600 and y{le="2.5"}[5m]\ngroup_wait: 30s')).toBe(
      'for: 4000ms\nrate(x[120000ms]) > 3600 and y{le="2.5"}[10000ms]\ngroup_wait: 1000ms',
    );
    expect(faster(alerts)).not.toMatch(/\[\d+[smh]\]|for: \d+[smh]$/m);
  });
});

describe("what is written of alerts and metrics is so:", () => {
  test("each alert has its section among the runbooks, and each section its alert", () => {
    const sections = names(read("../docs/runbooks.md"), /^## (\w+)$/gm);
    expect(sections.toSorted()).toEqual(names(alerts, /- alert: (\w+)/g).toSorted());
    for (const [, alert = "", url = ""] of alerts.matchAll(/- alert: (\w+)[\s\S]*?runbook_url: (\S+)/g))
      expect(url).toBe(`docs/runbooks.md#${alert.toLowerCase()}`);
  });

  test("each section says what is seen, what candidates notice, what to look at and to do, and when it is over", () => {
    for (const section of read("../docs/runbooks.md").split(/^## /m).slice(1))
      for (const part of ["**Seen:**", "**Candidates:**", "**Look:**", "**Do:**", "**Over:**"])
        expect(section).toContain(part);
  });

  test("alerts and dashboard ask for metrics that there are", () => {
    const said = new Set(names(metrics, /^([a-z_]+)[ {]/gm));
    const help = new Set(names(metrics, /^# HELP (\S+)/gm));
    const dashboard = JSON.parse(read("grafana/interviews.json")) as { panels: { targets?: { expr: string }[] }[] };
    const asked = [alerts, ...dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))].join(
      "\n",
    );
    const used = names(asked, /\b((?:interview|nodejs|process)_[a-z_]+)\b/g);
    expect(used.length).toBeGreaterThan(30);
    expect(used.filter((name) => !said.has(name) && !help.has(name))).toEqual([]);
    const recorded = new Set(names(alerts, /- record: (\S+)/g));
    expect(names(asked, /\b(interview:[\w:]+)/g).filter((name) => !recorded.has(name))).toEqual([]);
  });

  test("alerts ask for values of labels that there are", () => {
    const asked = [...alerts.matchAll(/(\w+_total)\{([^}]*)\}/g)].flatMap(([, metric = "", labels = ""]) =>
      [...labels.matchAll(/(\w+)=~?"([^"]*)"/g)].map(([, label = "", value = ""]) => ({ metric, label, value })),
    );
    expect(asked.length).toBeGreaterThan(10);
    const missing = asked.filter(({ metric, label, value }) => {
      const line = new RegExp(`^${metric}\\{.*\\b${label}="(?:${value})"`, "m");
      return !line.test(metrics);
    });
    expect(missing).toEqual([]);
  });

  test("docs/observability.md has each metric, and no other", () => {
    const told = names(metrics, /^# HELP (\S+)/gm);
    const written = names(read("../docs/observability.md"), /^\| `((?:interview|nodejs|process)_\w+)`/gm);
    expect(written.toSorted()).toEqual(told.toSorted());
  });
});
