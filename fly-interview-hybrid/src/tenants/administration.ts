import { randomBytes } from "node:crypto";
import type {
  AuditList,
  ChangeTenantRequest,
  CreateTenantRequest,
  RotateKeyRequest,
  ServiceTokenReply,
  TenantReply,
} from "@interview-proxy/protocol";
import type { Clock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import { ProxyError } from "../errors.ts";
import { toIsoTime } from "../iso-time.ts";
import { RecordConflict, type Records } from "../records/records.ts";
import type { AuditFilter, TenantStatus } from "../records/tenants.ts";
import { applyChange, checkSettings, type OwnSettings } from "./change.ts";
import { exportLines } from "./export.ts";
import type { SealedSecrets } from "./sealed-secrets.ts";
import { newServiceToken } from "./service-tokens.ts";
import { sealTenant, type StoredTenant } from "./stored-tenant.ts";
import { toReply } from "./tenant-view.ts";
import type { Tenants } from "./tenants.ts";
import { DEFAULT_TENANT, SIMULATION_TENANT } from "../tenant-ids.ts";

/** Most service tokens of one tenant: one in use, and those that come after it or before. */
const MAX_SERVICE_TOKENS = 10;

/**
 * What can be done with tenants, by routes and commands alike. Each act is in the audit log under its `actor`. Throws
 * TENANT_NOT_FOUND, TENANT_CONFLICT, INVALID_MESSAGE with the field, MASTER_KEY_MISSING.
 */
export interface Administration {
  create(actor: string, request: CreateTenantRequest): Promise<TenantReply>;
  list(): Promise<readonly TenantReply[]>;
  show(id: string): Promise<TenantReply>;
  change(actor: string, id: string, request: ChangeTenantRequest): Promise<TenantReply>;
  /** Calls are made with the new key from now on; those that run are not touched. */
  rotateKey(actor: string, id: string, request: RotateKeyRequest): Promise<TenantReply>;
  /** Seals the secrets of all tenants again, under the newest master key; returns how many tenants'. */
  rotateMasterKey(actor: string): Promise<number>;
  /** Ends what runs, and lets nobody in any more; or lets them in again. */
  setStatus(actor: string, id: string, status: Exclude<TenantStatus, "deleted">): Promise<TenantReply>;
  addServiceToken(actor: string, id: string): Promise<ServiceTokenReply>;
  removeServiceToken(actor: string, id: string, tokenId: string): Promise<void>;
  /** Everything that is kept of a tenant but its secrets, as lines of JSON. */
  export(actor: string, id: string): Promise<AsyncIterable<string>>;
  /** Erases everything of a tenant that is disabled. Throws TENANT_ACTIVE. */
  remove(actor: string, id: string): Promise<void>;
  acts(filter: AuditFilter): Promise<AuditList>;
}

export interface AdministrationNeeds {
  readonly config: Config;
  readonly clock: Clock;
  readonly records: Pick<Records, "saveTenant" | "eraseSessionsOf" | "noteAct" | "acts" | "of">;
  readonly tenants: Tenants;
  readonly seals: SealedSecrets;
}

export function createAdministration(needs: AdministrationNeeds): Administration {
  const { config, clock, records, tenants, seals } = needs;

  const find = async (id: string): Promise<StoredTenant> => {
    await tenants.refresh();
    const stored = tenants.stored(id);
    if (stored === undefined) throw new ProxyError("TENANT_NOT_FOUND");
    return stored;
  };

  const save = async (
    next: StoredTenant,
    {
      actor,
      act,
      settings = [],
    }: { readonly actor: string; readonly act: string; readonly settings?: readonly string[] },
  ): Promise<TenantReply> => {
    if (!seals.canSeal) throw new ProxyError("MASTER_KEY_MISSING");
    const now = clock.now();
    const stamped = { ...next, record: { ...next.record, updatedAt: now } };
    const issuers = (next.settings.issuers ?? []).map(({ issuer, audience = "" }) => ({ issuer, audience }));
    try {
      const entry = { at: now, actor, act, tenant: next.record.id, settings };
      await records.saveTenant(sealTenant(stamped, seals), issuers, entry);
    } catch (error) {
      throw error instanceof RecordConflict ? new ProxyError("TENANT_CONFLICT", { cause: error }) : error;
    }
    await tenants.refresh();
    return toReply(stamped);
  };

  const withSettings = (before: StoredTenant, own: OwnSettings): StoredTenant => {
    checkSettings(own, config);
    return { ...before, ...own };
  };

  return {
    async create(actor, { id, ...request }) {
      if (id === DEFAULT_TENANT || id === SIMULATION_TENANT) throw new ProxyError("TENANT_CONFLICT");
      const now = clock.now();
      const fresh: StoredTenant = {
        record: { id, revision: 0, status: "active", createdAt: now, updatedAt: now },
        settings: { serviceTokens: [] },
        secrets: { safetyIdentifierKey: randomBytes(32).toString("base64url"), issuerSecrets: {} },
      };
      const created = withSettings(fresh, applyChange(fresh, request, { config, now }));
      return save(created, { actor, act: "create", settings: Object.keys(request) });
    },
    async list() {
      await tenants.refresh();
      return tenants.all().map(toReply);
    },
    show: async (id) => toReply(await find(id)),
    async change(actor, id, request) {
      const before = await find(id);
      const next = withSettings(before, applyChange(before, request, { config, now: clock.now() }));
      return save(next, { actor, act: "set", settings: Object.keys(request) });
    },
    async rotateKey(actor, id, { apiKey, sidebandApiKey = null }) {
      const before = await find(id);
      const next = withSettings(before, applyChange(before, { apiKey, sidebandApiKey }, { config, now: clock.now() }));
      return save(next, { actor, act: "rotate-key", settings: ["apiKey", "sidebandApiKey"] });
    },
    async rotateMasterKey(actor) {
      await tenants.refresh();
      const all = tenants.all();
      for (const stored of all) await save(stored, { actor, act: "rotate-master-key" });
      return all.length;
    },
    async setStatus(actor, id, status) {
      const { record, ...own } = await find(id);
      return save(
        { ...own, record: { ...record, status } },
        { actor, act: status === "active" ? "enable" : "disable" },
      );
    },
    async addServiceToken(actor, id) {
      const stored = await find(id);
      const { serviceTokens } = stored.settings;
      if (serviceTokens.length >= MAX_SERVICE_TOKENS) throw new ProxyError("TENANT_CONFLICT");
      const { token, ...kept } = newServiceToken();
      const settings = { ...stored.settings, serviceTokens: [...serviceTokens, { ...kept, createdAt: clock.now() }] };
      await save({ ...stored, settings }, { actor, act: "add-service-token", settings: [kept.id] });
      return { id: kept.id, token };
    },
    async removeServiceToken(actor, id, tokenId) {
      const stored = await find(id);
      const serviceTokens = stored.settings.serviceTokens.filter((token) => token.id !== tokenId);
      if (serviceTokens.length === stored.settings.serviceTokens.length) throw new ProxyError("NOT_FOUND");
      const settings = { ...stored.settings, serviceTokens };
      await save({ ...stored, settings }, { actor, act: "remove-service-token", settings: [tokenId] });
    },
    async export(actor, id) {
      const stored = await find(id);
      await records.noteAct({ at: clock.now(), actor, act: "export", tenant: id, settings: [] });
      return exportLines(toReply(stored), records);
    },
    async remove(actor, id) {
      const { record } = await find(id);
      if (record.status !== "disabled" || !(await records.eraseSessionsOf(id))) throw new ProxyError("TENANT_ACTIVE");
      const now = clock.now();
      const tombstone = { ...record, status: "deleted", settings: "{}", secrets: "{}", updatedAt: now } as const;
      await records.saveTenant(tombstone, [], { at: now, actor, act: "delete", tenant: id, settings: [] });
      await tenants.refresh();
    },
    async acts(filter) {
      // One more than the page has, to know whether there is another.
      const found = await records.acts({ ...filter, limit: filter.limit + 1 });
      const page = found.slice(0, filter.limit);
      const last = found.length > filter.limit ? page.at(-1) : undefined;
      return {
        entries: page.map(({ position: _position, at, settings, ...act }) => ({
          ...act,
          at: toIsoTime(at),
          settings: [...settings],
        })),
        nextCursor: last === undefined ? null : String(last.position),
      };
    },
  };
}
