import type { Environment } from "./settings.ts";

/** What every function is given. */
export interface FunctionNeeds {
  readonly environment: Environment;
  readonly fetch: typeof fetch;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly log: (line: string) => void;
}
