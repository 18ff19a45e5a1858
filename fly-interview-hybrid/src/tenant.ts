import { userInfo } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { systemClock } from "./clock.ts";
import { readConfig, SettingError } from "./config/config.ts";
import { readEnvironment } from "./config/environment.ts";
import { ProxyError } from "./errors.ts";
import { createLog } from "./ops/log.ts";
import { PROXY_DIRECTORY } from "./paths.ts";
import { openRecords } from "./records/registry.ts";
import { createAdministration } from "./tenants/administration.ts";
import { runTenantCommand, TENANT_USAGE } from "./tenants/command.ts";
import { SealedSecrets } from "./tenants/sealed-secrets.ts";
import { openTenants } from "./tenants/tenants.ts";

// `npm run tenant`: administers tenants, in the records that the settings name.
process.exitCode = await main(process.argv.slice(2));

async function main(words: readonly string[]): Promise<number> {
  try {
    if (words.length > 0 && !words.includes("--help") && (await run(words))) return 0;
    process.stdout.write(TENANT_USAGE);
    return words.length === 0 || words.includes("--help") ? 0 : 1;
  } catch (error) {
    if (!(error instanceof SettingError || error instanceof ProxyError)) throw error;
    const field = error instanceof ProxyError ? error.facts.field : undefined;
    process.stderr.write(`${error.message}${field === undefined ? "" : ` (${field})`}\n`);
    return 1;
  }
}

async function run(words: readonly string[]): Promise<boolean> {
  const config = readConfig(readEnvironment(join(PROXY_DIRECTORY, ".env")));
  const log = createLog(config.LOG_LEVEL, process.stderr);
  const seals = new SealedSecrets(config.TENANTS_MASTER_KEY ?? []);
  const records = await openRecords(config.DATABASE_URL, systemClock);
  try {
    const tenants = await openTenants({ config, clock: systemClock, log, records, seals });
    const administration = createAdministration({ config, clock: systemClock, records, tenants, seals });
    return await runTenantCommand(words, {
      administration,
      actor: `command line: ${userInfo().username}`,
      readStdin: async () => (await text(process.stdin)).trim(),
      print: (line) => void process.stdout.write(line),
    });
  } finally {
    await records.close();
  }
}
