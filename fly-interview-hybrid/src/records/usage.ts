import { type Usage as UsageCounts, usageSchema } from "@interview-proxy/protocol";

/** What was used up, as it is kept and told. */
export type Usage = Readonly<UsageCounts>;

/** The names of all counts. */
export const USAGE_COUNTS = Object.keys(usageSchema.shape) as readonly (keyof Usage)[];

export const NO_USAGE: Usage = Object.freeze(toUsage(() => 0));

/** A usage whose counts come from a function of their names. */
export function toUsage(count: (name: keyof Usage) => number): Usage {
  const usage = {} as Record<keyof Usage, number>;
  for (const name of USAGE_COUNTS) usage[name] = count(name);
  return usage;
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
