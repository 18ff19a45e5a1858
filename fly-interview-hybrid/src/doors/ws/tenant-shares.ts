import type { Tenants } from "../../tenants/tenants.ts";

/** Counts the sockets of each tenant: where there are several tenants, none may hold more than half of all there can be. */
export class TenantShares {
  readonly #open = new Map<string, number>();
  readonly #tenants: Pick<Tenants, "active">;
  readonly #maxSockets: number;

  constructor(tenants: Pick<Tenants, "active">, maxSockets: number) {
    this.#tenants = tenants;
    this.#maxSockets = maxSockets;
  }

  /** Takes one for a tenant; false where the tenant holds as many as it may. */
  take(tenant: string): boolean {
    const held = this.#open.get(tenant) ?? 0;
    const isShared = this.#tenants.active().length > 0;
    if (isShared && held >= Math.ceil(this.#maxSockets / 2)) return false;
    this.#open.set(tenant, held + 1);
    return true;
  }

  giveBack(tenant: string): void {
    const left = (this.#open.get(tenant) ?? 0) - 1;
    if (left > 0) this.#open.set(tenant, left);
    else this.#open.delete(tenant);
  }
}
