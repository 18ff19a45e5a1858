/** What was used up: counts of the voice service's own reports. */
export interface Usage {
  readonly responses: number;
  readonly inputTextTokens: number;
  readonly inputAudioTokens: number;
  /** Of the input tokens above, those that were read from a cache. */
  readonly cachedTextTokens: number;
  readonly cachedAudioTokens: number;
  readonly outputTextTokens: number;
  readonly outputAudioTokens: number;
  /** Speech that was transcribed by the second, and by the token. */
  readonly transcriptionSeconds: number;
  readonly transcriptionTokens: number;
  /** In the currency of the price table in force when it was used; 0 where the table has no price. */
  readonly money: number;
  /** How often reports may have been missed: the counts are then less than what was used. */
  readonly absences: number;
}

/** The names of all counts, in the order in which they are kept and shown. */
export const USAGE_COUNTS = [
  "responses",
  "inputTextTokens",
  "inputAudioTokens",
  "cachedTextTokens",
  "cachedAudioTokens",
  "outputTextTokens",
  "outputAudioTokens",
  "transcriptionSeconds",
  "transcriptionTokens",
  "money",
  "absences",
] as const satisfies readonly (keyof Usage)[];

export const NO_USAGE: Usage = Object.freeze(toUsage(() => 0));

/** A usage whose counts come from a function of their names. */
export function toUsage(count: (name: keyof Usage) => number): Usage {
  return Object.fromEntries(USAGE_COUNTS.map((name) => [name, count(name)])) as Record<keyof Usage, number>;
}

export function addUsage(a: Usage, b: Usage): Usage {
  return toUsage((name) => a[name] + b[name]);
}

export function subtractUsage(a: Usage, b: Usage): Usage {
  return toUsage((name) => a[name] - b[name]);
}

/** Tokens that count against a budget. */
export function tokensOf(usage: Usage): number {
  return usage.inputTextTokens + usage.inputAudioTokens + usage.outputTextTokens + usage.outputAudioTokens;
}
