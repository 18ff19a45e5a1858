// Checks that everything of others that ships may: its licence is one of those below, and the lock file knows its bytes.
import process from "node:process";
import { fileURLToPath } from "node:url";
import { shippedPackages } from "./shipped-packages.js";

/** They ask for no more than their text and a copyright notice, which the image has beside each package. */
const allowed = ["0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0", "ISC", "MIT"];

/** Others, each for a reason. */
const exceptions = {
  // Changes to its files would have to be published. It is used as it is, beside our code and not in it.
  "MPL-2.0": ["node-datachannel", "@node-datachannel/"],
};

const lockFile = process.argv[2] ?? fileURLToPath(new URL("../package-lock.json", import.meta.url));
const packages = shippedPackages(lockFile);
const faults = packages.flatMap((each) => [...licenceFaults(each), ...integrityFaults(each)]);
for (const fault of faults) console.error(fault);
console.log(`licence check: ${packages.length} packages of others ship, ${faults.length} faults`);
process.exitCode = faults.length === 0 && packages.length > 0 ? 0 : 1;

function licenceFaults({ name, license }) {
  if (license === undefined) return [`${name} names no licence`];
  const choices = license
    .replace(/[()]/g, "")
    .split(" OR ")
    .map((choice) => choice.split(" AND "));
  const isFine = choices.some((all) => all.every((one) => allowed.includes(one) || isException(name, one)));
  return isFine ? [] : [`${name} has the licence ${license}, which nobody has allowed`];
}

function isException(name, license) {
  const names = exceptions[license.replace("MPL 2.0", "MPL-2.0")] ?? [];
  return names.some((known) => name === known || (known.endsWith("/") && name.startsWith(known)));
}

function integrityFaults({ name, integrity }) {
  return integrity === undefined ? [`${name} has no hash in the lock file, so anything could be installed for it`] : [];
}
