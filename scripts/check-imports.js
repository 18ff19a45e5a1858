// Checks the import directions of .dependency-cruiser.js over everything that ships.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import swc from "@swc/core";
import { cruise } from "dependency-cruiser";
import config from "../.dependency-cruiser.js";

// dependency-cruiser 17 has swc read every file as TypeScript without JSX, fails on a .tsx file, and offers no option.
const { parseFileSync } = swc;
swc.parseFileSync = (file, options) => parseFileSync(file, { ...options, tsx: file.endsWith(".tsx") });

const roots = [
  ...readdirSync("packages").map((name) => join("packages", name, "src")),
  "fly-interview-hybrid/src",
  "web/src",
  "supabase/functions",
];

process.exitCode = await check();

async function check() {
  const { forbidden, options } = config;
  const { enhancedResolveOptions, ...cruiseOptions } = options;
  const { output } = await cruise(
    roots,
    { ...cruiseOptions, validate: true, ruleSet: { forbidden } },
    enhancedResolveOptions,
  );
  const { modules, summary } = output;

  const files = sourceFiles();
  const seen = new Set(modules.map(({ source }) => source));
  const faults = [
    // Without a parser dependency-cruiser sees nothing and calls that clean; so every file on disk must be accounted for.
    ...files.filter((file) => !seen.has(file)).map((file) => `${file}: not seen by the import check`),
    ...files.filter(importsSimulatorEagerly).map((file) => `${file}: loads the simulator even where it is not needed`),
    ...files.filter(importsTracesEagerly).map((file) => `${file}: loads OpenTelemetry even where there are no traces`),
    ...summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`),
  ];
  for (const fault of faults) console.error(fault);
  console.log(`import check: ${modules.length} modules, ${files.length} source files, ${faults.length} faults`);
  return faults.length === 0 ? 0 : 1;
}

function sourceFiles() {
  const files = roots.flatMap((root) =>
    readdirSync(root, { recursive: true, encoding: "utf8" })
      .filter((file) => /\.tsx?$/.test(file) && !file.endsWith(".d.ts"))
      .map((file) => join(root, file)),
  );
  if (files.length === 0) throw new Error("no source files found: run this from the repository's root");
  return files;
}

/** swc does not tell dependency-cruiser which imports are of types alone, so these two rules read the text. */
function importsSimulatorEagerly(file) {
  const eager = /^(?:import(?! type\b)|export)\b[^;(]*["']openai-voice-simulator["']/m;
  return file.startsWith("fly-interview-hybrid/") && eager.test(readFileSync(file, "utf8"));
}

function importsTracesEagerly(file) {
  const eager = /^(?:import(?! type\b)|export)\b[^;(]*["'][^"']*\/open-telemetry\.ts["']/m;
  return file.startsWith("fly-interview-hybrid/") && eager.test(readFileSync(file, "utf8"));
}
