import type { TenantReply } from "@interview-proxy/protocol";
import { toIsoTime } from "../iso-time.ts";
import type { StoredTenant } from "./stored-tenant.ts";

/** A tenant as it is told: of its secrets, which there are. */
export function toReply({ record, settings: { serviceTokens, ...settings }, secrets }: StoredTenant): TenantReply {
  const { issuerSecrets, apiKey, sidebandApiKey, webhookSecrets } = secrets;
  const names = Object.entries({ apiKey, sidebandApiKey, webhookSecrets }).flatMap(([name, value]) =>
    value === undefined ? [] : [name],
  );
  return {
    id: record.id,
    status: record.status === "active" ? "active" : "disabled",
    createdAt: toIsoTime(record.createdAt),
    updatedAt: toIsoTime(record.updatedAt),
    settings,
    secrets: [...names, ...Object.keys(issuerSecrets).map((issuer) => `issuers ${issuer}`)],
    serviceTokens: serviceTokens.map(({ id, createdAt }) => ({ id, createdAt: toIsoTime(createdAt) })),
  };
}
