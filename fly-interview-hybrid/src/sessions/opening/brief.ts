import type { Config } from "../../config/config.ts";
import type { Budget, SessionBrief } from "../../records/session-brief.ts";

/** What a session's creator may settle; what is left open follows from the settings. */
export type BriefRequest = Partial<Omit<SessionBrief, "maxSeconds" | "warnAtSeconds" | "budget">> & {
  readonly budget?: Budget | undefined;
  readonly maxSeconds?: number | undefined;
  readonly warnAtSeconds?: readonly number[] | undefined;
};

/** The brief of a session. Nobody gets more time, tokens or money than the settings allow. */
export function briefOf(config: Config, request: BriefRequest = {}): SessionBrief {
  const maxSeconds = Math.min(request.maxSeconds ?? config.MAX_SESSION_SECONDS, config.MAX_SESSION_SECONDS);
  return {
    ...request,
    maxSeconds,
    warnAtSeconds: (request.warnAtSeconds ?? config.WARN_AT_SECONDS).filter((seconds) => seconds < maxSeconds),
    budget: {
      tokens: lower(request.budget?.tokens, config.BUDGET_TOKENS),
      seconds: lower(request.budget?.seconds, config.BUDGET_SECONDS),
      money: lower(request.budget?.money, config.BUDGET_MONEY),
    },
  };
}

function lower(asked: number | undefined, allowed: number | undefined): number | undefined {
  return asked === undefined || allowed === undefined ? (asked ?? allowed) : Math.min(asked, allowed);
}
