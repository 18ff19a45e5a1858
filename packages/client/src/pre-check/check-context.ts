import type { BrowserEnvironment } from "../environment.ts";
import type { PreCheckOptions } from "./pre-check-options.ts";
import type { CheckId, Outcome, Report } from "./check.ts";

/** What the checks share. */
export interface CheckContext {
  readonly options: PreCheckOptions;
  readonly environment: BrowserEnvironment;
  /** Stops all checks. */
  readonly signal: AbortSignal;
}

/** Does a check, and makes whatever goes wrong in it its outcome. Resolves with false where it failed. */
export type Perform = (id: CheckId, check: (report: Report) => Promise<Outcome> | Outcome) => Promise<boolean>;
