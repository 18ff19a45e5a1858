import { probeRecords } from "../../records/registry.ts";
import { type Check, type Finding, look, mend, ok, reasonOf } from "../finding.ts";

export const checkRecords: Check = async ({ config }) => [
  await checkStore(config.DATABASE_URL),
  ...checkEncryption(config.DATABASE_URL),
];

async function checkStore(databaseUrl: string): Promise<Finding> {
  try {
    const { found, problem } = await probeRecords(databaseUrl);
    return problem === undefined ? ok("records", found) : mend("records", found, problem);
  } catch (error) {
    return mend("records", `cannot be opened (${reasonOf(error)})`, "Mend DATABASE_URL, or what it names.");
  }
}

/** Hosts of a private network, which encrypts what passes or leaves the machine never. */
const PRIVATE = /^(|localhost|127\..+|\[?::1\]?|.+\.(internal|flycast))$/;

function checkEncryption(databaseUrl: string): readonly Finding[] {
  const url = URL.canParse(databaseUrl) ? new URL(databaseUrl) : undefined;
  if (url === undefined || !url.protocol.startsWith("postgres") || PRIVATE.test(url.hostname)) return [];
  if (!["", "disable", "allow", "prefer"].includes(url.searchParams.get("sslmode") ?? "")) return [];
  return [look("records", "the connection to Postgres is not encrypted", "Add sslmode=verify-full to DATABASE_URL.")];
}
