// Looks through folders, such as the files of an image, for what nobody else may have: keys, tokens, settings, and paths of
// the machine on which they were made. `node scripts/scan-for-secrets.js FOLDER …` names what it has found, and ends with 1.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

/** Files that are secrets by what they are. */
const TELLING_NAMES =
  /(^|\/)(\.env(\.(?!example$)[^/]*)?|\.git\/.*|id_(rsa|ecdsa|ed25519)|[^/]+\.(pem|key|p12|pfx|db|sqlite))$/;

/** Keys and tokens by their form. What is only an example in somebody's documentation is too short, or has words in it. */
const TELLING_WORDS = {
  "a private key": /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----\s+[A-Za-z0-9+/=\s]{60}/,
  "a key of the voice service": /\bsk-(?:proj-|svcacct-|admin-)?[A-Za-z0-9_-]{20,}/,
  "a client secret of the voice service": /\bek_[A-Za-z0-9]{24,}/,
  "a signed token": /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{20,}/,
  "a webhook secret": /\bwhsec_[A-Za-z0-9+/]{32,}/,
  "a token of a registry or a forge":
    /\b(?:npm_[A-Za-z0-9]{36}|gh[opsu]_[A-Za-z0-9]{36}|github_pat_\w{40})|_authToken\s*=\s*\S/,
  "a key of a cloud": /\bAKIA[0-9A-Z]{16}\b|\bAIza[\w-]{35}\b|\bxox[abps]-[\w-]{20,}|\bFlyV1 fm\d_\S{20}/,
  "an address with a password":
    /\b(?:postgres(?:ql)?|rediss?|https?):\/\/[\w.-]+:(?!PASSWORD|password)[\w.-]{8,}@[\w.-]+/,
};

/** What packages of others have in their examples; what they hold is what the lock file has the hash of. */
const EXAMPLES = new Set(["a signed token", "an address with a password"]);

/** What is found in a file, or below a folder, each as the path and what it is. `words` must not be in there either. */
export function scanForSecrets(fileOrFolder, words = []) {
  const isFile = statSync(fileOrFolder).isFile();
  const folder = isFile ? dirname(fileOrFolder) : fileOrFolder;
  const own = [root, homedir()].filter((path) => path.length > 1 && path !== "/root");
  return (isFile ? [basename(fileOrFolder)] : filesBelow(folder)).flatMap((path) => {
    const file = join(folder, path);
    const content = readFileSync(file, "latin1");
    const isOfOthers = file.includes("/node_modules/");
    const found = Object.entries(TELLING_WORDS).filter(
      ([what, form]) => !(isOfOthers && EXAMPLES.has(what)) && form.test(content),
    );
    return [
      ...(TELLING_NAMES.test(path) ? ["a file that is a secret by its name"] : []),
      ...found.map(([what]) => what),
      ...(own.some((machinePath) => content.includes(`${machinePath}/`)) ? ["a path of this machine"] : []),
      ...(words.some((word) => content.includes(word)) ? ["a secret of the tests"] : []),
    ].map((what) => `${path}: ${what}`);
  });
}

function filesBelow(folder) {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => {
    const entry = statSync(join(folder, path), { throwIfNoEntry: false });
    return entry?.isFile() === true;
  });
}

if (process.argv[1] === import.meta.filename) {
  for (const folder of process.argv.slice(2)) {
    const found = scanForSecrets(folder);
    for (const line of found) console.error(`${folder}/${line}`);
    console.log(`secrets scan of ${folder}: ${filesBelow(folder).length} files, ${found.length} finds`);
    if (found.length > 0) process.exitCode = 1;
  }
}
