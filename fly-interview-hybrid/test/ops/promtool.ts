import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder with what Prometheus, Alertmanager and Grafana are given. */
export const OPS: string = fileURLToPath(new URL("../../../ops", import.meta.url));

export function runTool(
  program: "promtool" | "amtool",
  args: readonly string[],
): { status: number | null; said: string } {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd: OPS, encoding: "utf8" });
  return { status, said: stdout + stderr };
}

/**
 * Has the alerts judge a proxy whose `/metrics` said `before` for ten minutes, and `after` from then on. Returns nothing
 * where after four more minutes nothing fires but `alert`, and what promtool says where it is not.
 */
export function judge(before: string, after: string, alert: string): string {
  const folder = mkdtempSync(join(tmpdir(), "promtool-"));
  try {
    const file = join(folder, "test.yml");
    const inputs = [...seriesOf(after)].map(([series, value]) => ({
      series,
      values: `${seriesOf(before).get(series) ?? "_"}x10 ${value}x10`,
    }));
    const expectation = {
      expr: 'count by (alertname) (ALERTS{alertstate="firing"})',
      eval_time: "14m",
      exp_samples: [{ labels: `{alertname="${alert}"}`, value: 1 }],
    };
    const test = { interval: "1m", input_series: inputs, promql_expr_test: [expectation] };
    // JSON is YAML.
    writeFileSync(
      file,
      JSON.stringify({
        rule_files: [join(OPS, "alerts.yml")],
        evaluation_interval: "1m",
        group_eval_order: groupsOf(readFileSync(join(OPS, "alerts.yml"), "utf8")),
        tests: [test],
      }),
    );
    const { status, said } = runTool("promtool", ["test", "rules", file]);
    return status === 0 ? "" : said;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** As the file has them, in which order they must be evaluated to be reckoned of one minute. */
function groupsOf(rules: string): readonly string[] {
  return [...rules.matchAll(/^ {2}- name: (\S+)$/gm)].map(([, name = ""]) => name);
}

/** By name and labels, as of one proxy that Prometheus looks at. */
function seriesOf(text: string): ReadonlyMap<string, string> {
  const series = new Map([['up{job="interview-proxy",instance="a"}', "1"]]);
  for (const line of text.split("\n")) {
    const [, name, labels = "", value = ""] = /^([a-z_]+)(?:\{(.*)\})? (-?[\d.e+-]+)$/.exec(line) ?? [];
    if (name !== undefined) series.set(`${name}{${[labels, 'instance="a"'].filter(Boolean).join(",")}}`, value);
  }
  return series;
}
