import { Counter, Gauge, Histogram, Registry } from "prom-client";

/** Each name of a label with the values that it may have. */
type Labels = Readonly<Record<string, readonly string[]>>;
type ValuesOf<L extends Labels> = { readonly [Name in keyof L]: L[Name][number] };

/** Stands for every value that a label may not have. */
const OTHER = "other";

export interface BoundedCounter<L extends Labels> {
  inc(values: ValuesOf<L>, by?: number): void;
  /** How often each has been counted, by its labels. */
  read(): Promise<readonly Reading<L>[]>;
}

/** Counts one thing, without labels. */
export interface PlainCounter {
  inc(by?: number): void;
}

export interface BoundedHistogram<L extends Labels> {
  observe(values: ValuesOf<L>, value: number): void;
  read(): Promise<readonly HistogramReading<L>[]>;
}

export interface Reading<L extends Labels = Labels> {
  readonly labels: ValuesOf<L>;
  readonly value: number;
}

export interface HistogramReading<L extends Labels = Labels> {
  readonly labels: ValuesOf<L>;
  readonly count: number;
  readonly sum: number;
  /** How many were at most `le`, the smallest bound first. All of them are `count`. */
  readonly buckets: readonly { readonly le: number; readonly count: number }[];
}

/**
 * What can be counted and measured. A label has only the values that it was declared with, and whatever else it is given
 * counts as `other`: the number of time series is bounded by the declarations, whoever comes and whatever is sent.
 */
export class Instruments {
  readonly #registry = new Registry();
  /** Of each metric that has labels: the most time series it can have. */
  readonly #bounds = new Map<string, number>();

  /** Counts. Each of its time series is there from the beginning, at 0: a rate sees its first increase otherwise too late. */
  counter<const L extends Labels>(name: string, help: string, labels: L): BoundedCounter<L> {
    const counter = new Counter({ name, help, labelNames: Object.keys(labels), registers: [this.#registry] });
    const bound = this.#boundOf(name, labels);
    for (const values of combinations(labels)) counter.inc(values, 0);
    return {
      inc: (values, by = 1) => {
        // To add nothing takes as long.
        if (by !== 0) counter.inc(bound(values), by);
      },
      read: async () =>
        (await counter.get()).values.map(({ labels: of, value }) => ({ labels: of as ValuesOf<L>, value })),
    };
  }

  /** Counts one thing. */
  total(name: string, help: string): PlainCounter {
    const counter = new Counter({ name, help, registers: [this.#registry] });
    this.#bounds.set(name, 1);
    return counter;
  }

  /** Measures; `buckets` are upper bounds, in the unit at the end of the name. */
  histogram<const L extends Labels>(
    name: string,
    help: string,
    { labels, buckets }: { readonly labels: L; readonly buckets: readonly number[] },
  ): BoundedHistogram<L> {
    const histogram = new Histogram({
      name,
      help,
      labelNames: Object.keys(labels),
      buckets: [...buckets],
      registers: [this.#registry],
    });
    const bound = this.#boundOf(name, labels);
    for (const values of combinations(labels)) histogram.zero(values);
    return {
      observe: (values, value) => histogram.observe(bound(values), value),
      read: async () => toReadings<L>(await histogram.get()),
    };
  }

  /**
   * Reads when somebody looks. Readings of the same labels are joined by `join`, which adds them up where nothing else is
   * said. The name has its unit at its end.
   */
  gauge<const L extends Labels>(
    name: string,
    help: string,
    { labels, read, join = (a, b) => a + b }: GaugeOptions<L>,
  ): void {
    const bound = this.#boundOf(name, labels);
    const gauge: Gauge = new Gauge({
      name,
      help,
      labelNames: Object.keys(labels),
      registers: [this.#registry],
      async collect() {
        const joined = new Map<string, Reading>();
        for (const { labels: given, value } of await read()) {
          const values = bound(given);
          const key = JSON.stringify(values);
          const before = joined.get(key)?.value;
          joined.set(key, { labels: values, value: before === undefined ? value : join(before, value) });
        }
        gauge.reset();
        for (const { labels: values, value } of joined.values()) gauge.set(values, value);
        if (Object.keys(labels).length === 0 && joined.size === 0) gauge.remove();
      },
    });
  }

  /** What a counter or a gauge says at the moment; nothing where there is none of that name. */
  async read(name: string): Promise<readonly Reading[]> {
    const metric = await this.#registry.getSingleMetric(name)?.get();
    return (metric?.values ?? []).map(({ labels, value }) => ({ labels: labels as ValuesOf<Labels>, value }));
  }

  /** Everything in Prometheus's text format. */
  text(): Promise<string> {
    return this.#registry.metrics();
  }

  /** By metric: the most time series it can have, of which a histogram has several for each. */
  get bounds(): ReadonlyMap<string, number> {
    return this.#bounds;
  }

  /** Returns what keeps values within what was declared: one object for each set of them, made once. */
  #boundOf<L extends Labels>(name: string, labels: L): (values: ValuesOf<L>) => Record<string, string> {
    const known = Object.entries(labels).map(([label, values]) => [label, new Set(values)] as const);
    this.#bounds.set(
      name,
      known.reduce((product, [, values]) => product * (values.size + 1), 1),
    );
    const names = Object.keys(labels);
    const made = new Map<string, Record<string, string>>();
    return (values) => {
      const key = keyOf(names, values);
      const before = made.get(key);
      if (before !== undefined) return before;
      const bound = Object.fromEntries(
        known.map(([label, set]) => [label, set.has(values[label] ?? "") ? (values[label] ?? "") : OTHER]),
      );
      // What somebody made up is not kept.
      if (keyOf(names, bound) === key) made.set(key, bound);
      return bound;
    };
  }
}

interface GaugeOptions<L extends Labels> {
  readonly labels: L;
  readonly read: () => readonly Reading<L>[] | Promise<readonly Reading<L>[]>;
  readonly join?: (a: number, b: number) => number;
}

/** No declared value has a line end in it. */
function keyOf(names: readonly string[], values: Readonly<Record<string, string | undefined>>): string {
  let key = "";
  for (const name of names) key += `${values[name]}\n`;
  return key;
}

function combinations(labels: Labels): Record<string, string>[] {
  return Object.entries(labels).reduce<Record<string, string>[]>(
    (before, [label, values]) => before.flatMap((one) => values.map((value) => ({ ...one, [label]: value }))),
    [{}],
  );
}

/** prom-client tells a histogram as a flat list: its buckets, its sum and its count, each with the labels. */
function toReadings<L extends Labels>({
  values,
}: Awaited<ReturnType<Histogram["get"]>>): readonly HistogramReading<L>[] {
  const readings = new Map<string, { -readonly [N in keyof HistogramReading<L>]: HistogramReading<L>[N] }>();
  for (const { metricName, labels, value } of values) {
    const { le, ...own } = labels;
    const key = JSON.stringify(own);
    const reading = readings.get(key) ?? { labels: own as ValuesOf<L>, count: 0, sum: 0, buckets: [] };
    readings.set(key, reading);
    if (metricName?.endsWith("_sum") === true) reading.sum = value;
    else if (metricName?.endsWith("_count") === true) reading.count = value;
    else if (typeof le === "number") reading.buckets = [...reading.buckets, { le, count: value }];
  }
  return [...readings.values()];
}
