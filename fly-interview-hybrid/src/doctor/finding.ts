import type { Clock } from "../clock.ts";
import type { Config } from "../config/config.ts";

/** What a check has found. It holds no secret, and no address that is one. */
export interface Finding {
  /** What was looked at, in a word. */
  readonly about: string;
  /** `mend`: interviews will fail. `look`: they work, but not as most would want. */
  readonly verdict: "ok" | "look" | "mend";
  readonly found: string;
  /** What to do; there unless all is well. */
  readonly advice?: string;
}

/** What checks are given. */
export interface DoctorNeeds {
  readonly config: Config;
  readonly clock: Clock;
  readonly fetch: typeof fetch;
  /** Resolves a host's name. Rejects where it has no address. */
  readonly lookup: (host: string) => Promise<unknown>;
}

/** Looks at one part of a set-up. Bounded in time; changes nothing. */
export type Check = (needs: DoctorNeeds) => Promise<readonly Finding[]>;

/** Longest wait for any one answer, in milliseconds. */
export const PATIENCE_MS = 5000;

export function ok(about: string, found: string): Finding {
  return { about, verdict: "ok", found };
}

export function look(about: string, found: string, advice: string): Finding {
  return { about, verdict: "look", found, advice };
}

export function mend(about: string, found: string, advice: string): Finding {
  return { about, verdict: "mend", found, advice };
}

/** Why something failed, in a code: the message of a foreign error may quote an address with a password in it. */
export function reasonOf(error: unknown): string {
  const { code, name, cause } = error as { code?: unknown; name?: unknown; cause?: unknown };
  if (typeof code === "string") return code;
  if (cause !== undefined) return reasonOf(cause);
  return typeof name === "string" ? name : "unknown";
}
