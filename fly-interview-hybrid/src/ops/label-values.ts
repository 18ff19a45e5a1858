import { createHash } from "node:crypto";
import { ERRORS, type ErrorCode } from "@interview-proxy/protocol";
import { UPSTREAM_CODES } from "../errors.ts";
import { DEFAULT_TENANT, SIMULATION_TENANT } from "../tenant-ids.ts";

/** Every code of the error table, and `ok`. */
export const CODES: readonly (ErrorCode | "ok")[] = ["ok", ...(Object.keys(ERRORS) as ErrorCode[])];

/** What may come of a request to a voice service; `gone`: it does not know the call (any more). */
export const REQUEST_CODES: readonly string[] = ["ok", "gone", "INTERNAL", ...UPSTREAM_CODES];

/** So many buckets share the tenants of the records. */
const BUCKETS = 16;

/**
 * What stands for tenants in labels: the server's own two, and the others by a hash of their id in sixteen buckets, so that
 * neither their number nor their names show. One that makes trouble shows as its bucket.
 */
export const TENANT_BUCKETS: readonly string[] = [
  DEFAULT_TENANT,
  SIMULATION_TENANT,
  ...Array.from({ length: BUCKETS }, (_, index) => bucketName(index)),
];

/** The bucket of a tenant's id: the same on every machine and after every start. */
export function tenantBucket(tenant: string): string {
  if (tenant === DEFAULT_TENANT || tenant === SIMULATION_TENANT) return tenant;
  return bucketName((createHash("sha256").update(tenant).digest()[0] ?? 0) % BUCKETS);
}

function bucketName(index: number): string {
  return `bucket-${String(index).padStart(2, "0")}`;
}
