/** What a principal may do. `interview`: hold one's own; `observe`, `operate`, `admin`: for staff and backends. */
export const SCOPES = ["interview", "observe", "operate", "admin"] as const;
export type Scope = (typeof SCOPES)[number];

/** Who is calling: the result of authentication. */
export interface Principal {
  readonly tenant: string;
  readonly person: string;
  readonly scopes: ReadonlySet<Scope>;
  /** What rate limits count: the person, or for visitors without a token, who are new each time, their network. */
  readonly countedAs: string;
  /** The one session that the token opens, where it is bound to one. */
  readonly session: string | undefined;
}

export { DEFAULT_TENANT, SIMULATION_TENANT } from "../tenant-ids.ts";
