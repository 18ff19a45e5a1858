// Runs all benchmarks, or the named ones, prints their figures and writes them to docs/benchmarks.json and, as tables and
// pictures, to docs/benchmarks.md. A figure of a benchmark that did not run stays as it was. With --guard it writes nothing,
// and fails where a ratio is a quarter worse than the one that is stored.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { type BenchmarkResult, figuresTable, withTable } from "./figures-table.ts";
import { compareRatios, GUARDED } from "./guard.ts";
import { describeMachine, today } from "./machine.ts";
import { drawPlots } from "./plots.ts";

const BENCHMARKS = [
  "connect-time",
  "added-connect-time",
  "throughput",
  "start-time",
  "idle-sockets",
  "simulator-load",
  "supervision-load",
  "mirrored-audio-load",
  "idle-call-memory",
  "take-over-time",
  "reconnect-storm-time",
  "rolling-restart-load",
  "stores-load",
  "tenant-flood-load",
  "message-flood-load",
];
/** Longest time for one benchmark, in milliseconds. */
const TIMEOUT_MS = 600_000;
const RESULTS = new URL("../docs/benchmarks.json", import.meta.url);
const PAGE = new URL("../docs/benchmarks.md", import.meta.url);
const PLOTS = new URL("../docs/benchmarks/", import.meta.url);

const isGuard = process.argv.includes("--guard");
const named = process.argv.slice(2).filter((word) => word !== "--guard");
const unknown = named.filter((name) => !BENCHMARKS.includes(name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(", ")}; there are ${BENCHMARKS.join(", ")}.`);
  process.exit(1);
}

const results = JSON.parse(await readFile(RESULTS, "utf8")) as Record<string, BenchmarkResult>;
if (isGuard) {
  const names = named.length > 0 ? named : GUARDED;
  const now = new Map<string, BenchmarkResult["figures"]>();
  for (const name of names) now.set(name, await figuresOf(name));
  const { report, isWorse } = compareRatios(results, now);
  console.log(report);
  process.exit(isWorse ? 1 : 0);
}

for (const name of named.length > 0 ? named : BENCHMARKS) {
  const machine = describeMachine();
  const figures = await figuresOf(name);
  results[name] = { measuredOn: today(), machine, figures };
  // After each, so that one that fails does not take the others' figures with it.
  await writeResults();
}
console.log(figuresTable(results));

async function writeResults(): Promise<void> {
  await writeFile(RESULTS, `${JSON.stringify(results, undefined, 2)}\n`);
  const plots = drawPlots(results);
  await mkdir(PLOTS, { recursive: true });
  for (const [name, svg] of Object.entries(plots)) await writeFile(new URL(`${name}.svg`, PLOTS), svg);
  const images = Object.fromEntries(Object.keys(plots).map((name) => [name, `![${name}](benchmarks/${name}.svg)`]));
  await writeFile(PAGE, withTable(await readFile(PAGE, "utf8"), figuresTable(results, images)));
}

/** A benchmark is a script that ends with status 0 and whose last line of output is its figures as one JSON object. */
async function figuresOf(name: string): Promise<BenchmarkResult["figures"]> {
  console.error(`Running ${name} …`);
  const script = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, [...process.execArgv, script], {
    stdio: ["ignore", "pipe", "inherit"],
    timeout: TIMEOUT_MS,
  });
  const [output, [status]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  if (status !== 0) throw new Error(`The benchmark ${name} ended with status ${status}.`);
  return JSON.parse(output.trimEnd().split("\n").at(-1) ?? "") as BenchmarkResult["figures"];
}
