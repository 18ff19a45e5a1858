import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { type Config, readConfig, SettingError } from "../config/config.ts";
import { readEnvironment } from "../config/environment.ts";
import { PROXY_DIRECTORY } from "../paths.ts";
import { BackupError, type BackupPort } from "./backup.ts";
import { openBackup } from "./registry.ts";

/** Does what a command is for with the file that it was given; returns its exit code. */
type BackupWork = (backup: BackupPort, file: string, config: Config) => Promise<number>;

/**
 * Runs a command that is given one file, on the records of the settings. Returns its exit code: 2 for a command line that is
 * none, 1 for what cannot be done and says why.
 */
export async function runBackupCommand(usage: string, work: BackupWork): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { help: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const [file] = positionals;
  if (values.help || file === undefined || positionals.length > 1) {
    (values.help ? process.stdout : process.stderr).write(usage);
    return values.help ? 0 : 2;
  }
  const environment = readEnvironment(join(PROXY_DIRECTORY, ".env"));
  try {
    const config = readConfig(environment);
    const backup = await openBackup(config.DATABASE_URL, environment);
    // npm runs the script in the proxy's folder, and says here where it was called.
    return await work(backup, resolve(environment["INIT_CWD"] ?? "", file), config);
  } catch (error) {
    if (!(error instanceof SettingError || error instanceof BackupError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}
