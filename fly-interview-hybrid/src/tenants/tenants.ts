import { timingSafeEqual } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import { hashToken } from "../ids.ts";
import type { Logger } from "../ops/log.ts";
import { pause } from "../pause.ts";
import type { Records } from "../records/records.ts";
import type { TenantRecord } from "../records/tenants.ts";
import type { SealedSecrets } from "./sealed-secrets.ts";
import { tokenIdOf } from "./service-tokens.ts";
import { DEFAULT_TENANT, SIMULATION_TENANT } from "../tenant-ids.ts";
import { openTenant, type StoredTenant } from "./stored-tenant.ts";
import { type Issuer, serverTenant, type Tenant, type TenantOf, toTenant } from "./tenant.ts";

/** Another machine's change is seen after this at the latest, in milliseconds. */
const LOOK_EVERY_MS = 500;

/** A tenant's issuer. */
export interface IssuerOfTenant {
  readonly tenant: Tenant;
  readonly issuer: Issuer;
}

/** The tenants as this process knows them. */
export interface Tenants {
  readonly of: TenantOf;
  /** As it is kept, its secrets open, for who administers it. */
  stored(id: string): StoredTenant | undefined;
  /** By their ids. */
  all(): readonly StoredTenant[];
  /** Active tenants whose issuer has this name. */
  ofIssuer(name: string): readonly IssuerOfTenant[];
  ofServiceToken(token: string): Tenant | undefined;
  /** Disabled ones too, and the environment's. */
  readonly every: () => readonly Tenant[];
  /** Active tenants besides the environment's. */
  active(): readonly Tenant[];
  /** Reads what has changed; fulfilled when a change that was kept before is seen. Throws where the records cannot be read. */
  refresh(): Promise<void>;
  /** Reads what has changed again and again until `close`, and calls `onLook` each time. */
  watch(onLook: () => void): void;
  close(): Promise<void>;
}

export interface TenantsNeeds {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  readonly records: Pick<Records, "tenantsSince">;
  readonly seals: SealedSecrets;
}

/**
 * Reads all tenants. Throws `SettingError` where the secrets of one cannot be opened: a server that starts without them would
 * turn that tenant away.
 */
export async function openTenants(needs: TenantsNeeds): Promise<Tenants> {
  const known = new KnownTenants(needs);
  await known.read({ isStrict: true });
  return known.port();
}

class KnownTenants {
  readonly #needs: TenantsNeeds;
  readonly #stored = new Map<string, StoredTenant>();
  readonly #tenants = new Map<string, Tenant>();
  readonly #server = new Map<string, Tenant>();
  readonly #closed = new AbortController();
  #revision = 0;
  #reading: Promise<void> = Promise.resolve();
  #watching: Promise<void> = Promise.resolve();

  constructor(needs: TenantsNeeds) {
    this.#needs = needs;
  }

  async read({ isStrict }: { readonly isStrict: boolean }): Promise<void> {
    for (const record of await this.#needs.records.tenantsSince(this.#revision)) {
      this.#take(record, isStrict);
      this.#revision = record.revision;
    }
  }

  #take(record: TenantRecord, isStrict: boolean): void {
    const { config, clock, seals, log } = this.#needs;
    if (record.status === "deleted") {
      this.#stored.delete(record.id);
      this.#tenants.delete(record.id);
      return;
    }
    try {
      const stored = openTenant(record, seals);
      this.#stored.set(record.id, stored);
      this.#tenants.set(record.id, toTenant(stored, config, clock.now()));
    } catch (error) {
      if (isStrict) throw error;
      // Another machine has a newer master key. What this one knows of the tenant still holds, but for its being disabled.
      log.error({ err: error, tenant: record.id }, "a tenant's settings cannot be read");
      const before = this.#tenants.get(record.id);
      if (before !== undefined && record.status === "disabled")
        this.#tenants.set(record.id, { ...before, isActive: false });
    }
  }

  #of(id: string): Tenant {
    const own = this.#tenants.get(id) ?? this.#server.get(id);
    if (own !== undefined) return own;
    const tenant = serverTenant(id, this.#needs.config);
    // Names that are none come from nobody's records; they are not kept.
    if (tenant.isActive) this.#server.set(id, tenant);
    return tenant;
  }

  #active(): readonly Tenant[] {
    return [...this.#tenants.values()].filter(({ isActive }) => isActive);
  }

  #ofServiceToken(token: string): Tenant | undefined {
    const id = tokenIdOf(token);
    if (id === undefined) return undefined;
    const hash = Buffer.from(hashToken(token));
    return this.#active().find(({ serviceTokens }) =>
      serviceTokens.some((known) => known.id === id && timingSafeEqual(Buffer.from(known.hash), hash)),
    );
  }

  #refresh(): Promise<void> {
    // One after the other, so that no older row replaces a newer one.
    const next = this.#reading.catch(() => undefined).then(() => this.read({ isStrict: false }));
    this.#reading = next;
    return next;
  }

  async #watch(onLook: () => void): Promise<void> {
    const { clock, log } = this.#needs;
    const { signal } = this.#closed;
    let isFailing = false;
    for (;;) {
      await pause(clock, LOOK_EVERY_MS, signal);
      if (signal.aborted) return;
      try {
        await this.#refresh();
        isFailing = false;
      } catch (error) {
        if (!isFailing) log.error({ err: error }, "the tenants cannot be read, those that are known stay as they are");
        isFailing = true;
      }
      onLook();
    }
  }

  port(): Tenants {
    return {
      of: (id) => this.#of(id),
      stored: (id) => this.#stored.get(id),
      all: () => [...this.#stored.values()].toSorted((a, b) => (a.record.id < b.record.id ? -1 : 1)),
      ofIssuer: (name) =>
        this.#active().flatMap((tenant) =>
          tenant.issuers.filter(({ issuer }) => issuer === name).map((issuer) => ({ tenant, issuer })),
        ),
      ofServiceToken: (token) => this.#ofServiceToken(token),
      every: () => [this.#of(DEFAULT_TENANT), this.#of(SIMULATION_TENANT), ...this.#tenants.values()],
      active: () => this.#active(),
      refresh: () => this.#refresh(),
      watch: (onLook) => {
        this.#watching = this.#watch(onLook);
      },
      close: async () => {
        this.#closed.abort();
        await this.#watching;
      },
    };
  }
}
