import type { BenchmarkResult, Figures } from "./figures-table.ts";

/** A figure of a program in parts of its control's, from one run: it says the same on a fast machine and on a slow one. */
interface Ratio {
  readonly benchmark: string;
  /** Path of the figure. */
  readonly figure: string;
  readonly better: "lower" | "higher";
}

const RATIOS: readonly Ratio[] = [
  { benchmark: "added-connect-time", figure: "overPassThroughAtOne.proxyHttp", better: "lower" },
  { benchmark: "added-connect-time", figure: "overPassThroughAtOne.proxySocket", better: "lower" },
  { benchmark: "throughput", figure: "ofPassThrough", better: "higher" },
  { benchmark: "throughput", figure: "cpuOverPassThrough", better: "lower" },
  { benchmark: "idle-sockets", figure: "memoryOverBareWs", better: "lower" },
  { benchmark: "idle-sockets", figure: "heartbeatOverBareWs", better: "lower" },
  { benchmark: "start-time", figure: "overHelloServer", better: "lower" },
];

/** The benchmarks that have a ratio. */
export const GUARDED: readonly string[] = [...new Set(RATIOS.map(({ benchmark }) => benchmark))];

/** Worse by more than this counts. */
const TOLERANCE = 1.25;

/** Compares ratios of these figures with those that are stored. A ratio that is not stored yet is not judged. */
export function compareRatios(
  stored: Readonly<Record<string, BenchmarkResult>>,
  now: ReadonlyMap<string, Figures>,
): { readonly report: string; readonly isWorse: boolean } {
  const compared = RATIOS.flatMap(({ benchmark, figure, better }) => {
    const figures = now.get(benchmark);
    if (figures === undefined) return [];
    const [before, found] = [numberAt(stored[benchmark]?.figures, figure), numberAt(figures, figure)];
    if (found === undefined) throw new Error(`${benchmark} has no figure ${figure}.`);
    const factor = before === undefined ? 1 : better === "lower" ? found / before : before / found;
    const verdict = before === undefined ? "not stored yet" : factor > TOLERANCE ? "WORSE" : "holds";
    return [{ line: `${benchmark} ${figure}: ${before ?? "-"} stored, ${found} now: ${verdict}`, verdict }];
  });
  return {
    report: compared.map(({ line }) => line).join("\n"),
    isWorse: compared.some(({ verdict }) => verdict === "WORSE"),
  };
}

function numberAt(figures: Figures | undefined, path: string): number | undefined {
  let value: unknown = figures;
  for (const name of path.split(".")) value = (value as Readonly<Record<string, unknown>> | undefined)?.[name];
  return typeof value === "number" ? value : undefined;
}
