import type { Clock } from "../clock.ts";

/** What one try to reach a server came to. */
export interface Contact {
  readonly isReached: boolean;
  /** Its `Date` header. */
  readonly date?: string | undefined;
}

/** One server of a voice service, from when it is first spoken to until it is no more. */
export interface ServerContacts {
  note(contact: Contact): void;
  forget(): void;
}

/** How the servers of one voice service could be reached the last time. */
export interface Reachability {
  readonly upstream: string;
  readonly servers: number;
  readonly unreachable: number;
  /** This machine's clock less the service's, in seconds; `undefined` where it has not said what time it is. */
  readonly clockSkewSeconds: number | undefined;
}

/**
 * Whether voice services can be reached. Idle connections are used twice a minute to stay warm, so this shows without
 * anybody calling. What time it is there is told with every answer; tenants have servers of their own.
 */
export class UpstreamContacts {
  readonly #clock: Clock;
  readonly #servers = new Map<symbol, { readonly upstream: string; isReached: boolean; skewMs: number | undefined }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  watch(upstream: string): ServerContacts {
    const key = Symbol(upstream);
    let isForgotten = false;
    return {
      note: ({ isReached, date }) => {
        // An answer that is still on its way when the server is no more brings it back otherwise.
        if (isForgotten) return;
        const at = date === undefined ? Number.NaN : Date.parse(date);
        const skewMs = Number.isNaN(at) ? this.#servers.get(key)?.skewMs : this.#clock.now() - at;
        this.#servers.set(key, { upstream, isReached, skewMs });
      },
      forget: () => {
        isForgotten = true;
        this.#servers.delete(key);
      },
    };
  }

  /** Of every voice service that was spoken to. */
  read(): readonly Reachability[] {
    const servers = [...this.#servers.values()];
    return [...new Set(servers.map(({ upstream }) => upstream))].map((upstream) => {
      const own = servers.filter((server) => server.upstream === upstream);
      const skews = own.flatMap(({ skewMs }) => skewMs ?? []).toSorted((a, b) => a - b);
      // Where they differ it is one of them that is wrong, and not this machine.
      const median = skews[Math.floor(skews.length / 2)];
      return {
        upstream,
        servers: own.length,
        unreachable: own.filter(({ isReached }) => !isReached).length,
        clockSkewSeconds: median === undefined ? undefined : median / 1000,
      };
    });
  }
}
