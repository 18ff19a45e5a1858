import { statSync } from "node:fs";
import { writeWhole } from "./records/backup.ts";
import { runBackupCommand } from "./records/backup-command.ts";

// `npm run backup`: writes all records to a file, while the proxy runs or not.
const USAGE = `npm run backup -- FILE
  Writes the records that DATABASE_URL names to a new file, as they are at one moment; the proxy may run meanwhile.
  It holds what was said, in clear, so only its owner can read it. \`npm run restore\` reads it.
`;

process.exitCode = await runBackupCommand(USAGE, async (backup, path) => {
  await writeWhole(path, (part) => backup.backUp(part));
  process.stdout.write(`Wrote ${path}: ${statSync(path).size} bytes.\n`);
  return 0;
});
