/** What a benchmark is, beside its script of the same name. The page and the guard are made from it. */
export interface Definition {
  /** Where the script is, in this package. */
  readonly folder: string;
  /** Name of the script. */
  readonly name: string;
  readonly title: string;
  /** Grows by one with every change after which figures cannot be compared with those of before; 1 where it is not told. */
  readonly method?: number;
  /** How it is measured and what its figures mean, as Markdown. */
  readonly about: string;
  readonly goals?: readonly Goal[];
  readonly comparisons?: readonly Comparison[];
  /**
   * Figures of a program in parts of its control's, from one run: they say the same on a fast machine and on a slow one. What the
   * guard judges, so that only those belong here of which two runs find the same.
   */
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
