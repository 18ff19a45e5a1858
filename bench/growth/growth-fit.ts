/**
 * How a cost grows with size: the slope of its logarithm over the size's, by least squares. 0: it does not; 1: in proportion. Of at least two
 * sizes; costs are above 0.
 */
export function exponentOf(costs: readonly { readonly size: number; readonly cost: number }[]): number {
  const points = costs.map(({ size, cost }) => ({ x: Math.log(size), y: Math.log(cost) }));
  const mean = (of: (point: { x: number; y: number }) => number) =>
    points.reduce((sum, point) => sum + of(point), 0) / points.length;
  const [x, y] = [mean((point) => point.x), mean((point) => point.y)];
  return mean((point) => (point.x - x) * (point.y - y)) / mean((point) => (point.x - x) ** 2);
}
