// Packs every package that can be published, and checks what others would get: that its exports resolve to code and types
// in every module system that loads ES modules, and that it comes with the licence and a README. Needs the build.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { filterProblems, problemKindInfo } from "@arethetypeswrong/core/problems";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { workspaces } from "./workspaces.js";

const root = fileURLToPath(new URL("..", import.meta.url));
const license = readFileSync(join(root, "LICENSE"), "utf8");
const folder = mkdtempSync(join(tmpdir(), "packed-"));
try {
  process.exitCode = await checkAll();
} finally {
  rmSync(folder, { recursive: true });
}

async function checkAll() {
  const faults = [];
  const packed = packAll();
  for (const { name, file, size } of packed) {
    const found = await faultsOf(readFileSync(file));
    faults.push(...found.map((fault) => `${name}: ${fault}`));
    console.log(`${name}: packed ${(size / 1000).toFixed(0)} kB, ${found.length} faults`);
  }
  for (const fault of faults) console.error(fault);
  return packed.length > 0 && faults.length === 0 ? 0 : 1;
}

function packAll() {
  const names = workspaces(root)
    .filter(({ manifest }) => !manifest.private)
    .map(({ manifest }) => manifest.name);
  const args = ["pack", "--json", "--pack-destination", folder, ...names.flatMap((name) => ["--workspace", name])];
  const report = execFileSync("npm", args, { cwd: root, encoding: "utf8" });
  return JSON.parse(report).map(({ name, filename, size }) => ({ name, size, file: join(folder, filename) }));
}

async function faultsOf(tarball) {
  const bytes = new Uint8Array(tarball);
  const { messages, pkg } = await publint({ pack: { tarball: bytes.buffer }, strict: true });
  const contents = createPackageFromTarballData(bytes);
  return [
    ...messages.map((message) => formatMessage(message, pkg, { color: false })),
    // A stylesheet has no types.
    ...typeProblems(await checkPackage(contents, { excludeEntrypoints: [/\.css$/] })),
    ...missingFiles(contents),
  ];
}

/** The packages are ES modules alone: what loads CommonJS is not asked. */
function typeProblems(analysis) {
  if (analysis.types === false) return ["It has no types."];
  const problems = ["node16-esm", "bundler"].flatMap((resolutionKind) => filterProblems(analysis, { resolutionKind }));
  return problems.map((problem) => `${problemKindInfo[problem.kind].title}: ${JSON.stringify(problem)}`);
}

function missingFiles(contents) {
  const faults = [];
  const path = (file) => `/node_modules/${contents.packageName}/${file}`;
  if (!contents.fileExists(path("README.md"))) faults.push("It has no README.md.");
  if (contents.tryReadFile(path("LICENSE")) !== license) faults.push("Its LICENSE is not that of the repository.");
  return faults;
}
