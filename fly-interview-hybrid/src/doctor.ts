import { lookup } from "node:dns/promises";
import { join } from "node:path";
import { systemClock } from "./clock.ts";
import { type Config, readConfig, SettingError } from "./config/config.ts";
import { readEnvironment } from "./config/environment.ts";
import { type Finding, mend } from "./doctor/finding.ts";
import { findingLines, runDoctor } from "./doctor/run-doctor.ts";
import { PROXY_DIRECTORY } from "./paths.ts";

// `npm run doctor`: looks at a set-up, and says what to mend.
const USAGE = `npm run doctor
  Looks at the set-up of the settings: key, clock, names, ports, records, Redis, origins and key sets. Changes nothing,
  makes no call, prints no secret, and may run beside the proxy. Ends with 1 where something has to be mended.
`;

process.exitCode = process.argv.includes("--help") ? help() : await main();

function help(): number {
  process.stdout.write(USAGE);
  return 0;
}

async function main(): Promise<number> {
  const environment = readEnvironment(join(PROXY_DIRECTORY, ".env"));
  const tell = (finding: Finding): void => void process.stdout.write(findingLines(finding));
  let config: Config;
  try {
    config = readConfig(environment);
  } catch (error) {
    if (!(error instanceof SettingError)) throw error;
    tell(mend("settings", "one is wrong, so nothing else can be looked at", error.message));
    return 1;
  }
  const findings = await runDoctor({ config, clock: systemClock, fetch, lookup }, tell);
  const toMend = findings.filter(({ verdict }) => verdict === "mend").length;
  process.stdout.write(toMend === 0 ? "\nNothing has to be mended.\n" : `\nTo be mended: ${toMend}.\n`);
  return toMend === 0 ? 0 : 1;
}
