import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { readEnvironment } from "./config/environment.ts";
import { PROXY_DIRECTORY } from "./paths.ts";
import { verifyTranscript } from "./transcripts/verify.ts";

// `npm run verify-transcript`: checks an exported transcript, offline, with nothing but the file.
const USAGE = `npm run verify-transcript -- FILE [--key PUBLIC_KEY]
  Checks a transcript that was exported as JSON: that no byte of it was altered, and who signed it.
  --key: the only public key that will do. Without it the key of the file is believed.
`;

const { values, positionals } = parseArgs({
  options: { key: { type: "string" }, help: { type: "boolean", default: false } },
  allowPositionals: true,
});
const [file] = positionals;

if (values.help || file === undefined || positionals.length > 1) {
  (values.help ? process.stdout : process.stderr).write(USAGE);
  if (!values.help) process.exitCode = 2;
} else {
  // npm runs the script in the proxy's folder, and says here where it was called.
  const { INIT_CWD: calledFrom = "" } = readEnvironment(join(PROXY_DIRECTORY, ".env"));
  process.exitCode = check(resolve(calledFrom, file), values.key);
}

function check(path: string, key: string | undefined): number {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch {
    process.stderr.write(`${path} cannot be read.\n`);
    return 2;
  }
  const verdict = verifyTranscript(bytes, key);
  if (!verdict.ok) {
    const where = verdict.turn === undefined ? "" : `turn ${verdict.turn}: `;
    process.stderr.write(`ALTERED: ${where}${verdict.problem}.\n`);
    return 1;
  }
  const erased = verdict.erased === 0 ? "" : ` The words of ${verdict.erased} were erased.`;
  const known = key === undefined ? " Compare the key with the server's: anyone can sign with a key of their own." : "";
  process.stdout.write(`Intact: ${verdict.turns} turns, signed with ${verdict.publicKey}.${erased}${known}\n`);
  return 0;
}
