/** What one benchmark found, and where. */
export interface BenchmarkResult {
  /** Date in UTC. */
  readonly measuredOn: string;
  readonly machine: string;
  /** Of what it measured with and against. */
  readonly versions?: string;
  readonly figures: Figures;
}

/** Results by the names of their benchmarks. */
export type Results = Readonly<Record<string, BenchmarkResult>>;

/** Figures by name, grouped as the benchmark likes; the name of a number ends with its unit, where it has one. */
export interface Figures {
  readonly [name: string]: number | string | Figures | readonly FigureRow[];
}

/** One of a list of things that are told side by side, such as measurements of the same kind. */
export type FigureRow = Readonly<Record<string, number | string>>;

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
