/** What a session may use up. `undefined`: as much as it likes. */
export interface Budget {
  /** Tokens of every kind that the interviewer reads and says, those read from a cache included. */
  readonly tokens?: number | undefined;
  /** Seconds of calls, all calls of the session together. */
  readonly seconds?: number | undefined;
  /** In the currency of the price table. */
  readonly money?: number | undefined;
}

/** What was settled about a session before it began: by the platform's backend, or by the settings. Never changes. */
export interface SessionBrief {
  /** Instead of the settings' instructions. Private, as they are. */
  readonly instructions?: string | undefined;
  /** Asked in this order. */
  readonly questions?: readonly string[] | undefined;
  /** The interview's language, as a BCP 47 tag. */
  readonly language?: string | undefined;
  /** From its start to its end at the latest. */
  readonly maxSeconds: number;
  /** Seconds before the end at which candidate and interviewer are told. */
  readonly warnAtSeconds: readonly number[];
  readonly budget: Budget;
  /** The platform's own notes on it, handed back with it. */
  readonly metadata?: Readonly<Record<string, string>> | undefined;
}

/** What stays of a brief when its session is to be forgotten: the numbers, and the language. */
export function withoutWords({ language, maxSeconds, warnAtSeconds, budget }: SessionBrief): SessionBrief {
  return { language, maxSeconds, warnAtSeconds, budget };
}
