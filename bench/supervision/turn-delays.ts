/** From each turn that became final in a span of time until it was noted, in milliseconds, by the index of its call. */
export function turnDelays(
  finalAt: Readonly<Record<number, readonly number[]>>,
  notedAt: readonly (readonly number[])[],
  { from, to }: { readonly from: number; readonly to: number },
): number[] {
  return notedAt.flatMap((times, call) =>
    times.flatMap((at, turn) => {
      const final = finalAt[call]?.[turn];
      return final === undefined || final < from || final > to ? [] : [at - final];
    }),
  );
}
