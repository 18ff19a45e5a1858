/** Memory at one moment. */
export interface Sample {
  readonly minute: number;
  readonly mib: number;
}

/**
 * How memory grows after the warm-up, in MiB a minute: the median of the slopes between any two samples, which a moment does
 * not change in which a busy machine lets messages pile up.
 */
export function growthOf(samples: readonly Sample[], warmUpMinutes: number): number {
  const late = samples.filter(({ minute }) => minute >= warmUpMinutes);
  const slopes = late
    .flatMap((one, index) => late.slice(index + 1).map((other) => (other.mib - one.mib) / (other.minute - one.minute)))
    .toSorted((one, other) => one - other);
  return Math.round((slopes[Math.floor(slopes.length / 2)] ?? Number.NaN) * 100) / 100;
}
