import { type Figures, numberAt } from "./figures.ts";

/** What a benchmark is, beside its script of the same name. The page and the guard are made from it. */
export interface Definition {
  /** Where the script is, in this package. */
  readonly folder: string;
  /** Name of the script. */
  readonly name: string;
  readonly title: string;
  /** How it is measured and what its figures mean, as Markdown. */
  readonly about: string;
  readonly goals?: readonly Goal[];
  readonly comparisons?: readonly Comparison[];
  /** Figures of a program in parts of its control's, from one run: they say the same on a fast machine and on a slow one. */
  readonly ratios?: readonly Ratio[];
  /** Programs and packages that it measures with or against, whose versions are told. */
  readonly uses?: readonly string[];
  /** Sizes with which it ends soon: to see that it runs, not to learn anything. By the script's environment. */
  readonly quick?: Readonly<Record<string, string>>;
}

export interface Goal {
  readonly what: string;
  /** Path of the figure. */
  readonly figure: string;
  readonly unit: string;
  readonly atMost?: number;
  readonly atLeast?: number;
  /** Where it is not reached: why, and what would be tried next. */
  readonly reason: string;
  readonly next: string;
}

/** What is measured of us and, in the same run, of controls. */
export interface Comparison {
  readonly what: string;
  readonly unit: string;
  readonly better: "lower" | "higher";
  /** Paths of figures. `why`: what makes the control better, where it is. */
  readonly ours: string;
  readonly controls: readonly { readonly name: string; readonly figure: string; readonly why: string }[];
}

export interface Ratio {
  readonly figure: string;
  readonly better: "lower" | "higher";
}

/** How a goal stands. */
export interface Verdict {
  readonly goal: string;
  readonly measured: string;
  readonly isReached: boolean | undefined;
  /** Why not, and what next. */
  readonly because: string;
}

/** Of each goal of a benchmark; `isReached` is `undefined` where it was not measured. */
export function verdictsOf({ goals = [] }: Definition, figures: Figures | undefined): readonly Verdict[] {
  return goals.map(({ what, figure, unit, atMost, atLeast, reason, next }) => {
    const found = numberAt(figures, figure);
    const bound =
      atMost === undefined ? `at least ${withUnit(atLeast ?? Number.NaN, unit)}` : `at most ${withUnit(atMost, unit)}`;
    const isReached =
      found === undefined
        ? undefined
        : found <= (atMost ?? Number.POSITIVE_INFINITY) && found >= (atLeast ?? Number.NEGATIVE_INFINITY);
    return {
      goal: `${what}: ${bound}`,
      measured: found === undefined ? "not measured" : withUnit(found, unit),
      isReached,
      because: isReached === false ? `${reason} Next: ${next}` : "",
    };
  });
}

/** A sentence for each control that says who is ahead, by how much and, where it is the control, why. */
export function sentencesOf({ comparisons = [] }: Definition, figures: Figures): readonly string[] {
  return comparisons.flatMap(({ what, unit, better, ours, controls }) => {
    const own = numberAt(figures, ours);
    return controls.flatMap(({ name, figure, why }) => {
      const control = numberAt(figures, figure);
      if (own === undefined || control === undefined) return [];
      const values = `${withUnit(own, unit)} here, ${withUnit(control, unit)} there`;
      const factor = Math.max(own, control) / Math.min(own, control);
      const times = Number.isFinite(factor) && Math.min(own, control) > 0 ? `, ${factor.toFixed(2)} times` : "";
      if (own === control) return [`${what}: as good as ${name} (${values}).`];
      const isAhead = better === "lower" ? own < control : own > control;
      return [
        isAhead
          ? `${what}: better than ${name} (${values}${times}).`
          : `${what}: **${name} is better** (${values}${times}). ${why}`.trimEnd(),
      ];
    });
  });
}

function withUnit(value: number, unit: string): string {
  return unit === "" ? String(value) : `${value} ${unit}`;
}
