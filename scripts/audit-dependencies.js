// Asks the registry what is known against the packages that ship. A registry that cannot be asked is said to be one, loudly,
// and is a fault only with --required: not every mirror has that endpoint.
import { spawnSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { shippedPackages } from "./shipped-packages.js";

const isRequired = process.argv.includes("--required");
const root = fileURLToPath(new URL("..", import.meta.url));
process.exitCode = audit();

function audit() {
  const options = ["audit", "--json", "--package-lock-only"];
  const { stdout, stderr } = spawnSync("npm", options, { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  const report = readReport(stdout);
  if (report === undefined) {
    const reason = /npm (?:warn|error) (?:audit )?(.*)/.exec(stderr)?.[1] ?? "no answer";
    console.error(`NOT AUDITED: the npm registry tells nothing about vulnerabilities (${reason}).`);
    console.error("Whether a package that ships is known to be vulnerable was not checked. Check it where it can be.");
    return isRequired ? 1 : 0;
  }
  const shipped = new Set(shippedPackages(`${root}/package-lock.json`).map(({ path }) => path));
  const all = Object.values(report.vulnerabilities);
  const ours = all.filter(({ nodes }) => nodes.some((path) => shipped.has(path)));
  for (const { name, severity, range, via } of ours) {
    const why = via.map((cause) => (typeof cause === "string" ? `by ${cause}` : `${cause.title} ${cause.url}`));
    console.error(`${severity}: ${name} ${range}: ${why.join("; ")}`);
  }
  const others = all.length - ours.length;
  console.log(`audit: ${ours.length} vulnerable packages ship; ${others} more are used to build and to test`);
  return ours.some(({ severity }) => severity === "high" || severity === "critical") ? 1 : 0;
}

function readReport(text) {
  try {
    const report = JSON.parse(text);
    return report.auditReportVersion === 2 ? report : undefined;
  } catch {
    return undefined;
  }
}
