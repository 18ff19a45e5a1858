import { medianOf } from "./summary.ts";

/** What one run of a benchmark found, and where. */
export interface BenchmarkRun {
  /** Date in UTC. */
  readonly measuredOn: string;
  readonly machine: string;
  /** Of what it measured with and against. */
  readonly versions?: string;
  readonly figures: Figures;
}

/** The latest run of a benchmark and, where there is one, the run before it: a single run does not say how much a figure varies. */
export interface BenchmarkResult extends BenchmarkRun {
  /** That of the definition by which both were measured. */
  readonly method?: number;
  readonly before?: BenchmarkRun;
}

/** Results by the names of their benchmarks. */
export type Results = Readonly<Record<string, BenchmarkResult>>;

/** Figures by name, grouped as the benchmark likes; the name of a number ends with its unit, where it has one. */
export interface Figures {
  readonly [name: string]: number | string | Figures | readonly FigureRow[];
}

/** One of a list of things that are told side by side, such as measurements of the same kind. */
export type FigureRow = Readonly<Record<string, number | string>>;

/** The result that follows on another one: what was measured in the same way stays as the run before. */
export function following(stored: BenchmarkResult | undefined, method: number, run: BenchmarkRun): BenchmarkResult {
  if (stored === undefined || (stored.method ?? 1) !== method) return { ...run, method };
  const { before: _forgotten, method: _same, ...before } = stored;
  return { ...run, method, before };
}

/** The number at a path such as `servers.proxy.rssPerSocketKiB`, where a row of a list is named by any text in it. */
export function numberAt(figures: Figures | undefined, path: string): number | undefined {
  let value: Figures[string] | undefined = figures;
  for (const name of path.split(".")) {
    if (typeof value !== "object") return undefined;
    value = Array.isArray(value)
      ? (value as readonly FigureRow[]).find((row) => Object.values(row).includes(name))
      : (value as Figures)[name];
  }
  return typeof value === "number" ? value : undefined;
}

/** The number at a path in the latest run and, if it has one too, in the one before; none where the latest has none. */
export function numbersAt(result: BenchmarkResult | undefined, path: string): readonly number[] {
  const [latest, before] = [numberAt(result?.figures, path), numberAt(result?.before?.figures, path)];
  if (latest === undefined) return [];
  return before === undefined ? [latest] : [latest, before];
}

/** The middle of the stored runs; `undefined` where none has it. */
export function middleAt(result: BenchmarkResult | undefined, path: string): number | undefined {
  const found = numbersAt(result, path);
  return found.length === 0 ? undefined : medianOf(found);
}
