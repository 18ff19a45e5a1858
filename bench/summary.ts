/** What a series of times comes to, in milliseconds. */
export interface Summary {
  readonly medianMs: number;
  readonly minMs: number;
  readonly maxMs: number;
}

/** Summarises a series of at least one time in milliseconds. */
export function summarise(timesMs: readonly number[]): Summary {
  const sorted = timesMs.toSorted((one, other) => one - other);
  const middle = (sorted.length - 1) / 2;
  const at = (index: number) => sorted[index] ?? Number.NaN;
  return {
    medianMs: rounded((at(Math.floor(middle)) + at(Math.ceil(middle))) / 2),
    minMs: rounded(at(0)),
    maxMs: rounded(at(sorted.length - 1)),
  };
}

/** To a tenth: no clock used here is finer than the noise of the machine. */
export function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}
