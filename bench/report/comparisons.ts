import type { Comparison, Definition } from "./definition.ts";
import { type BenchmarkResult, numberAt } from "./figures.ts";
import { valuesWithUnit } from "./values.ts";

/** What one run found of us and of a control. */
interface Pair {
  readonly own: number;
  readonly control: number;
}

/**
 * A sentence for each control that says who is ahead, by how much and, where it is the control, why. Who is ahead is said only where
 * both runs agree on it, and by a greater factor than that by which they differ.
 */
export function sentencesOf({ comparisons = [] }: Definition, result: BenchmarkResult): readonly string[] {
  return comparisons.flatMap((comparison) =>
    comparison.controls.flatMap((control) => {
      const pairs = [result.figures, result.before?.figures].flatMap((figures): Pair[] => {
        const [own, other] = [numberAt(figures, comparison.ours), numberAt(figures, control.figure)];
        return own === undefined || other === undefined ? [] : [{ own, control: other }];
      });
      return pairs.length === 0 ? [] : [sentenceOf(comparison, control, pairs)];
    }),
  );
}

function sentenceOf(
  { what, unit, better }: Comparison,
  { name, why }: Comparison["controls"][number],
  pairs: readonly Pair[],
): string {
  const own = valuesWithUnit(
    pairs.map((pair) => pair.own),
    unit,
  );
  const control = valuesWithUnit(
    pairs.map((pair) => pair.control),
    unit,
  );
  const values = `(here ${own}; there ${control})`;
  const leads = leadsOf(pairs).map((lead) => (better === "lower" ? lead : -lead));
  const [least, most] = [Math.min(...leads), Math.max(...leads)];
  const runs = pairs.length === 1 ? " in one run" : "";
  if (least === 0 && most === 0) return `${what}: as good as ${name}${runs} ${values}.`;
  const isTold = least * most > 0 && Math.min(Math.abs(least), Math.abs(most)) > most - least;
  if (!isTold)
    return `${what}: the two runs differ by more than this and ${name} do, so that neither is ahead ${values}.`;
  const told = `${timesOf(pairs)}${runs} ${values}.`;
  return least > 0 ? `${what}: better than ${name}${told}` : `${what}: **${name} is better**${told} ${why}`.trimEnd();
}

/** By how much less we have than the control, in each run: as logarithms, which differ as factors do, or where a value is not above zero by difference. */
function leadsOf(pairs: readonly Pair[]): readonly number[] {
  return haveFactors(pairs)
    ? pairs.map(({ own, control }) => Math.log(control / own))
    : pairs.map(({ own, control }) => control - own);
}

function timesOf(pairs: readonly Pair[]): string {
  if (!haveFactors(pairs)) return "";
  const factors = pairs.map(({ own, control }) =>
    Number((Math.max(own, control) / Math.min(own, control)).toPrecision(3)),
  );
  const [least, most] = [Math.min(...factors), Math.max(...factors)];
  return least === most ? `, ${least} times` : `, ${least} to ${most} times`;
}

function haveFactors(pairs: readonly Pair[]): boolean {
  return pairs.every(({ own, control }) => own > 0 && control > 0);
}
