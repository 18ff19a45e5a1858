import { tenantSettingsSchema, type TenantSettings } from "@interview-proxy/protocol";
import * as z from "zod/mini";
import type { TenantRecord } from "../records/tenants.ts";
import type { SealedSecrets } from "./sealed-secrets.ts";

const serverSchema = z.object({
  baseUrl: z.string(),
  upstreamAuth: z.enum(["bearer", "api-key"]),
  organization: z.optional(z.string()),
  project: z.optional(z.string()),
  apiKey: z.string(),
  sidebandApiKey: z.optional(z.string()),
});

/** A voice service of a tenant's own, with the keys for it. */
export type OwnServer = z.infer<typeof serverSchema>;

/** The form in which a tenant's secrets are at hand; each is sealed by itself. */
const secretsSchema = z.object({
  apiKey: z.optional(z.string()),
  sidebandApiKey: z.optional(z.string()),
  webhookSecrets: z.optional(z.array(z.string())),
  /** Made with the tenant. With another one the voice service would take its persons for others. */
  safetyIdentifierKey: z.string(),
  /** Of HS256 tokens, by the issuer as {@link issuerKey} names it. */
  issuerSecrets: z.record(z.string(), z.string()),
  /** Where calls were made before: they are hung up there. `until`: milliseconds since the epoch. */
  formerServer: z.optional(z.object({ server: serverSchema, until: z.number() })),
});
export type TenantSecrets = z.infer<typeof secretsSchema>;

const storedSettingsSchema = z.object({
  ...tenantSettingsSchema.shape,
  /** Hashes of its service tokens. */
  serviceTokens: z.array(z.object({ id: z.string(), hash: z.string(), createdAt: z.number() })),
});
export type StoredSettings = TenantSettings & Pick<z.infer<typeof storedSettingsSchema>, "serviceTokens">;

/** A tenant with its secrets open. */
export interface StoredTenant {
  readonly record: Pick<TenantRecord, "id" | "revision" | "status" | "createdAt" | "updatedAt">;
  readonly settings: StoredSettings;
  readonly secrets: TenantSecrets;
}

/** Names an issuer among a tenant's. */
export function issuerKey({
  issuer,
  audience,
}: {
  readonly issuer: string;
  readonly audience?: string | undefined;
}): string {
  return JSON.stringify([issuer, audience ?? ""]);
}

/** Opens what is kept of a tenant that was not deleted. Throws `SettingError` where the master key does not fit. */
export function openTenant({ settings, secrets, ...record }: TenantRecord, seals: SealedSecrets): StoredTenant {
  const sealed = z.parse(z.record(z.string(), z.string()), JSON.parse(secrets));
  const opened = Object.entries(sealed).map(([field, value]) => [
    field,
    JSON.parse(seals.open(value, { tenant: record.id, field })) as unknown,
  ]);
  return {
    record,
    settings: z.parse(storedSettingsSchema, JSON.parse(settings)),
    secrets: z.parse(secretsSchema, Object.fromEntries(opened)),
  };
}

/** A tenant as it is kept; the revision is the one that it replaces. */
export function sealTenant({ record, settings, secrets }: StoredTenant, seals: SealedSecrets): TenantRecord {
  const sealed = Object.entries(secrets).flatMap(([field, value]) =>
    value === undefined ? [] : [[field, seals.seal(JSON.stringify(value), { tenant: record.id, field })]],
  );
  return { ...record, settings: JSON.stringify(settings), secrets: JSON.stringify(Object.fromEntries(sealed)) };
}
