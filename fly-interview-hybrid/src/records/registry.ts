import type { Clock } from "../clock.ts";
import { SettingError } from "../config/config.ts";
import type { Records } from "./records.ts";
import { openSqliteRecords } from "./sqlite/records.ts";

/** Opens the store of an address; `location` is the address without its scheme. */
export type OpenRecords = (location: string, clock: Clock) => Promise<Records>;

/** Every records backend, by the scheme of its DATABASE_URL. The conformance suite runs over all of them. */
export const RECORDS_BACKENDS: Readonly<Record<string, OpenRecords>> = { file: openSqliteRecords };

/** Opens the records that DATABASE_URL names. Throws {@link SettingError} for an unknown scheme. */
export function openRecords(databaseUrl: string, clock: Clock): Promise<Records> {
  const [, scheme = "", location = ""] = /^([a-z]+):(.+)$/s.exec(databaseUrl) ?? [];
  const open = Object.hasOwn(RECORDS_BACKENDS, scheme) ? RECORDS_BACKENDS[scheme] : undefined;
  if (open === undefined) throw new SettingError("DATABASE_URL must begin with one of: file:");
  return open(location, clock);
}
