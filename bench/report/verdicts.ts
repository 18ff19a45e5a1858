import type { Definition, Goal } from "./definition.ts";
import { type BenchmarkResult, numbersAt } from "./figures.ts";
import { valuesWithUnit, withUnit } from "./values.ts";

/** How a goal stands, by the latest run and the one before it. */
export interface Verdict {
  readonly goal: string;
  readonly measured: string;
  /** One that two runs do not agree on is not reached. */
  readonly standing: "reached" | "not reached" | "reached in one of two runs" | "not measured";
  /** How many runs have measured it. */
  readonly runs: number;
  /** Where it is not reached: why not, and what next. */
  readonly because: string;
}

/** Of each goal of a benchmark. */
export function verdictsOf({ goals = [] }: Definition, result: BenchmarkResult | undefined): readonly Verdict[] {
  return goals.map((goal) => {
    const { what, figure, unit, atMost, atLeast, reason, next } = goal;
    const found = numbersAt(result, figure);
    const bound =
      atMost === undefined ? `at least ${withUnit(atLeast ?? Number.NaN, unit)}` : `at most ${withUnit(atMost, unit)}`;
    const standing = standingOf(goal, found);
    return {
      goal: `${what}: ${bound}`,
      measured: found.length === 0 ? "not measured" : valuesWithUnit(found, unit),
      standing,
      runs: found.length,
      because: standing === "reached" || standing === "not measured" ? "" : `${reason} Next: ${next}`,
    };
  });
}

function standingOf({ atMost, atLeast }: Goal, found: readonly number[]): Verdict["standing"] {
  if (found.length === 0) return "not measured";
  const isWithin = (value: number) =>
    value <= (atMost ?? Number.POSITIVE_INFINITY) && value >= (atLeast ?? Number.NEGATIVE_INFINITY);
  if (found.every(isWithin)) return "reached";
  return found.some(isWithin) ? "reached in one of two runs" : "not reached";
}
