/** What a series of times comes to, in milliseconds. */
export interface Summary {
  readonly medianMs: number;
  readonly minMs: number;
  readonly maxMs: number;
}

/** Summarises a series of at least one time in milliseconds. */
export function summarise(timesMs: readonly number[]): Summary {
  const sorted = timesMs.toSorted((one, other) => one - other);
  return {
    medianMs: rounded(medianOf(timesMs)),
    minMs: rounded(sorted[0] ?? Number.NaN),
    maxMs: rounded(sorted.at(-1) ?? Number.NaN),
  };
}

/** The middle of a series of at least one number. */
export function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  const at = (index: number) => sorted[index] ?? Number.NaN;
  return (at(Math.floor(middle)) + at(Math.ceil(middle))) / 2;
}

/** The middle of the rounds' ratios to a control, to a hundredth: of each round, because the machine is not as fast in all of them. */
export function medianRatio(own: readonly number[], control: readonly number[]): number {
  return hundredths(medianOf(own.map((value, round) => value / (control[round] ?? Number.NaN))));
}

/** To a tenth: no clock used here is finer than the noise of the machine. */
export function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

/** The tail of a series of times, in milliseconds. */
export interface Percentiles {
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** The tail of a series of at least one time in milliseconds. */
export function percentiles(timesMs: readonly number[]): Percentiles {
  const at = (share: number) => rounded(percentileOf(timesMs, share));
  return { p50Ms: at(0.5), p95Ms: at(0.95), p99Ms: at(0.99), maxMs: at(1) };
}

/** The value below which a share of a series is; not a number where the series is empty. */
export function percentileOf(values: readonly number[], share: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
}

/** To a hundredth: for medians of thousands of times, whose noise is smaller than that of one. */
export function hundredths(value: number): number {
  return Math.round(value * 100) / 100;
}
