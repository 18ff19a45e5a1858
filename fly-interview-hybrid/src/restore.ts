import { systemClock } from "./clock.ts";
import type { Config } from "./config/config.ts";
import { createLog } from "./ops/log.ts";
import { runBackupCommand } from "./records/backup-command.ts";
import { openRecords } from "./records/registry.ts";
import { SealedSecrets } from "./tenants/sealed-secrets.ts";
import { openTenants } from "./tenants/tenants.ts";
import { type KeptTranscripts, verifyKept } from "./transcripts/verify-kept.ts";

// `npm run restore`: makes a backup's records the server's, and checks every transcript in them.
const USAGE = `npm run restore -- FILE
  Makes the records of a backup those that DATABASE_URL names, where there are none yet, and checks every transcript in
  them. The proxy must not run. Ends with 0 where each is intact, 1 where one is not or nothing could be restored.
`;

process.exitCode = await runBackupCommand(USAGE, async (backup, path, config) => {
  await backup.restore(path);
  process.stdout.write("Restored.\n");
  return report(await checkTranscripts(config));
});

/** Opens the records as the server would; so their tables are brought up to date, and tenants' secrets must open. */
async function checkTranscripts(config: Config): Promise<KeptTranscripts> {
  const clock = systemClock;
  const records = await openRecords(config.DATABASE_URL, clock);
  try {
    const log = createLog(config.LOG_LEVEL, process.stderr);
    const seals = new SealedSecrets(config.TENANTS_MASTER_KEY ?? []);
    const tenants = await openTenants({ config, clock, log, records, seals });
    const ids = tenants.every().map(({ id }) => id);
    return await verifyKept([...new Set(ids)], records);
  } finally {
    await records.close();
  }
}

function report({ signed, unsigned, turns, publicKeys, altered }: KeptTranscripts): number {
  const keys = publicKeys.size === 0 ? "" : `, signed with ${[...publicKeys].join(" and ")}`;
  process.stdout.write(
    `Intact: ${signed + unsigned} transcripts with ${turns} turns${keys}. Not signed yet: ${unsigned}.\n`,
  );
  for (const { session, problem } of altered) process.stderr.write(`ALTERED: ${session}: ${problem}.\n`);
  return altered.length === 0 ? 0 : 1;
}
