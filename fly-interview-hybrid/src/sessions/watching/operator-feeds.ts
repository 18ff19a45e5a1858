import { MAX_WATCHED_SESSIONS, type OperatorEventOf } from "@interview-proxy/protocol";
import type { Clock } from "../../clock.ts";
import type { Logger } from "../../ops/log.ts";
import type { ScopedRecords } from "../../records/tenant-scope.ts";
import type { Session } from "../session.ts";
import { TenantFeed, type Watcher } from "./tenant-feed.ts";

export interface OperatorFeedsNeeds {
  readonly clock: Clock;
  readonly log: Logger;
  readonly records: ScopedRecords;
  /** What runs here. */
  readonly running: () => readonly Session[];
  readonly isActive: (tenant: string) => boolean;
  /** How this process stands, as a tenant may see it; `running`: how many of its sessions run. */
  readonly overview: (tenant: string, running: number) => Promise<OperatorEventOf<"overview">>;
}

/** What happens in all interviews of a tenant, and how the server stands, for its operators. */
export interface OperatorFeeds {
  /** Tells a watcher of a tenant's until the returned function is called. */
  watch(tenant: string, watcher: Watcher): () => void;
  /** Tells nothing more of tenants that were disabled. */
  endDisabled(): void;
  close(): Promise<void>;
}

export function createOperatorFeeds(needs: OperatorFeedsNeeds): OperatorFeeds {
  const { clock, log, records, running, overview } = needs;
  const feeds = new Map<string, TenantFeed>();

  const open = (tenant: string): TenantFeed => {
    const own = records.of(tenant);
    const feed = new TenantFeed({
      clock,
      log,
      live: () => running().filter(({ principal }) => principal.tenant === tenant),
      kept: () => own.watchedSessions(MAX_WATCHED_SESSIONS),
      overview: (count) => overview(tenant, count),
    });
    feeds.set(tenant, feed);
    return feed;
  };

  const end = (tenant: string, feed: TenantFeed): void => {
    feeds.delete(tenant);
    feed.close();
  };

  return {
    watch(tenant, watcher) {
      const feed = feeds.get(tenant) ?? open(tenant);
      feed.join(watcher);
      return () => {
        feed.leave(watcher);
        if (feed.size === 0 && feeds.get(tenant) === feed) end(tenant, feed);
      };
    },
    endDisabled() {
      for (const [tenant, feed] of feeds) if (!needs.isActive(tenant)) end(tenant, feed);
    },
    close() {
      for (const [tenant, feed] of feeds) end(tenant, feed);
      return Promise.resolve();
    },
  };
}
