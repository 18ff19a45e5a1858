import type { Authenticate } from "../auth/authenticate.ts";
import type { IsOriginAllowed, OriginChecks } from "../auth/origins.ts";
import type { InvitationTexts } from "../auth/invitation-texts.ts";
import type { OperatorSignIns } from "../auth/operator-sign-ins.ts";
import type { Tickets } from "../auth/tickets.ts";
import type { Clock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import type { RateLimits } from "../coordination/rate-limits.ts";
import type { WatchConnect } from "../ops/connect-watch.ts";
import type { Logger } from "../ops/log.ts";
import type { Metrics } from "../ops/metrics.ts";
import type { Relay } from "./relay/relay.ts";
import type { Administration } from "../tenants/administration.ts";
import type { Tenants } from "../tenants/tenants.ts";
import type { Sessions } from "../sessions/sessions.ts";
import type { OperatorFeeds } from "../sessions/watching/operator-feeds.ts";
import type { DeadLetters } from "../webhooks/dead-letters.ts";

/** What every door is given. */
export interface DoorNeeds {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly watchConnect: WatchConnect;
  readonly authenticate: Authenticate;
  readonly tickets: Pick<Tickets, "issue">;
  readonly signIns: OperatorSignIns;
  readonly invitationTexts: InvitationTexts;
  /** Before it is known who asks. */
  readonly isOriginAllowed: IsOriginAllowed;
  /** Once it is. */
  readonly isOriginOfTenant: OriginChecks["byTenant"];
  readonly rateLimits: RateLimits;
  readonly relay: Relay;
  readonly sessions: Sessions;
  readonly operatorFeeds: OperatorFeeds;
  readonly tenants: Pick<Tenants, "of" | "active">;
  readonly administration: Administration;
  readonly deadLetters: DeadLetters;
}
