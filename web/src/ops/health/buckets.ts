import type { Distribution } from "@interview-proxy/protocol";

/** How many took longer than `from` and at most `to`, in seconds; `to`: `null` where there is no bound. */
export interface Bucket {
  readonly from: number;
  readonly to: number | null;
  readonly count: number;
}

/** Each by itself, where the distribution counts all up to a bound. Without the empty ones at the end. */
export function bucketsOf({ count, buckets }: Distribution): readonly Bucket[] {
  const bounds = [...buckets.filter(({ le }) => Number.isFinite(le)), { le: null, count }];
  const each = bounds.map(({ le, count: upTo }, index) => {
    const before = bounds[index - 1];
    return { from: before?.le ?? 0, to: le, count: upTo - (before?.count ?? 0) };
  });
  return each.slice(0, each.findLastIndex((bucket) => bucket.count > 0) + 1);
}

/** The bound below which this part of all is, as far as buckets tell: in seconds; `undefined` where none tells. */
export function boundOf({ count, buckets }: Distribution, part: number): number | undefined {
  return count === 0 ? undefined : buckets.find((bucket) => bucket.count >= part * count)?.le;
}
