// Runs all benchmarks, or the named ones, prints their figures and writes them to docs/benchmarks.json and, as a table,
// to docs/benchmarks.md. A figure of a benchmark that did not run stays as it was.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, writeFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { type BenchmarkResult, figuresTable, withTable } from "./figures-table.ts";
import { describeMachine, today } from "./machine.ts";

const BENCHMARKS = [
  "connect-time",
  "start-time",
  "simulator-load",
  "supervision-load",
  "mirrored-audio-load",
  "idle-call-memory",
  "take-over-time",
  "reconnect-storm-time",
  "rolling-restart-load",
  "stores-load",
  "tenant-flood-load",
];
/** Longest time for one benchmark, in milliseconds. */
const TIMEOUT_MS = 300_000;
const RESULTS = new URL("../docs/benchmarks.json", import.meta.url);
const PAGE = new URL("../docs/benchmarks.md", import.meta.url);

const named = process.argv.slice(2);
const unknown = named.filter((name) => !BENCHMARKS.includes(name));
if (unknown.length > 0) {
  console.error(`There is no benchmark ${unknown.join(", ")}; there are ${BENCHMARKS.join(", ")}.`);
  process.exit(1);
}

const results = JSON.parse(await readFile(RESULTS, "utf8")) as Record<string, BenchmarkResult>;
for (const name of named.length > 0 ? named : BENCHMARKS) {
  console.error(`Running ${name} …`);
  const machine = describeMachine();
  const figures = await figuresOf(name);
  results[name] = { measuredOn: today(), machine, figures };
  // After each, so that one that fails does not take the others' figures with it.
  await writeFile(RESULTS, `${JSON.stringify(results, undefined, 2)}\n`);
  await writeFile(PAGE, withTable(await readFile(PAGE, "utf8"), results));
}
console.log(figuresTable(results));

/** A benchmark is a script that ends with status 0 and whose last line of output is its figures as one JSON object. */
async function figuresOf(name: string): Promise<BenchmarkResult["figures"]> {
  const script = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  const child = spawn(process.execPath, [...process.execArgv, script], {
    stdio: ["ignore", "pipe", "inherit"],
    timeout: TIMEOUT_MS,
  });
  const [output, [status]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  if (status !== 0) throw new Error(`The benchmark ${name} ended with status ${status}.`);
  return JSON.parse(output.trimEnd().split("\n").at(-1) ?? "") as BenchmarkResult["figures"];
}
