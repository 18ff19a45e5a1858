import { statSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { readConfig, SettingError } from "./config/config.ts";
import { readEnvironment } from "./config/environment.ts";
import { PROXY_DIRECTORY } from "./paths.ts";
import { BackupError, writeWhole } from "./records/backup.ts";
import { openBackup } from "./records/registry.ts";

// `npm run backup`: writes all records to a file, while the proxy runs or not.
const USAGE = `npm run backup -- FILE
  Writes the records that DATABASE_URL names to a new file, as they are at one moment; the proxy may run meanwhile.
  It holds what was said, in clear, so only its owner can read it. \`npm run restore\` reads it.
`;

process.exitCode = await main();

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { help: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const [file] = positionals;
  if (values.help || file === undefined || positionals.length > 1) {
    (values.help ? process.stdout : process.stderr).write(USAGE);
    return values.help ? 0 : 2;
  }
  const environment = readEnvironment(join(PROXY_DIRECTORY, ".env"));
  try {
    const { DATABASE_URL } = readConfig(environment);
    const backup = await openBackup(DATABASE_URL, environment);
    // npm runs the script in the proxy's folder, and says here where it was called.
    const path = resolve(environment["INIT_CWD"] ?? "", file);
    await writeWhole(path, (part) => backup.backUp(part));
    process.stdout.write(`Wrote ${path}: ${statSync(path).size} bytes.\n`);
    return 0;
  } catch (error) {
    if (!(error instanceof SettingError || error instanceof BackupError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return 1;
  }
}
