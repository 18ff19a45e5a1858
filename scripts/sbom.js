// Prints what ships as a CycloneDX bill of materials: npm's own, without what is only used to build and to test.
import { execFileSync } from "node:child_process";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { shippedPackages } from "./shipped-packages.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const shipped = new Set(shippedPackages(`${root}/package-lock.json`).map(({ name, version }) => `${name}@${version}`));

const options = ["sbom", "--workspace", "fly-interview-hybrid", "--sbom-format", "cyclonedx"];
const whole = JSON.parse(execFileSync("npm", options, { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024 }));
const isOurs = ({ purl }) => /^pkg:npm\/(fly-interview-hybrid|openai-voice-simulator|%40interview-proxy)/.test(purl);
const components = whole.components.filter((each) => isOurs(each) || shipped.has(each["bom-ref"]));
const known = new Set([whole.metadata.component, ...components].map((each) => each["bom-ref"]));
const dependencies = whole.dependencies
  .filter(({ ref }) => known.has(ref))
  .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((each) => known.has(each)) }));

const { metadata } = whole;
const component = { ...metadata.component, name: "interview-sdp-proxy", type: "application" };
const bill = { ...whole, metadata: { ...metadata, component }, components, dependencies };
process.stdout.write(`${JSON.stringify(bill, null, 2)}\n`);
