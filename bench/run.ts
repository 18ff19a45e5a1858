// Runs the nine benchmarks of speed (--all) or the named ones, and writes what they find to docs/benchmarks.json and docs/benchmarks.md, with
// pictures and raw data beside them. The run before is kept, and a figure of a benchmark that did not run stays as it was. --from NAME goes on with the rest, --quick runs
// small and writes nothing, --page writes the page again from what is stored, and --guard fails where a ratio is a quarter worse.
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { runBenchmark } from "./report/benchmark-process.ts";
import { DEFINITIONS, NINE } from "./definitions.ts";
import type { Definition } from "./report/definition.ts";
import { type BenchmarkResult, type Figures, following } from "./report/figures.ts";
import { compareRatios, unsteadyRatios } from "./report/guard.ts";
import { describeMachine, today, versionsOf } from "./report/machine.ts";
import { pageOf } from "./report/page.ts";
import { drawPlots } from "./report/plots.ts";

const DOCS = new URL("../docs/", import.meta.url);
const RESULTS = new URL("benchmarks.json", DOCS);

const flag = { type: "boolean", default: false } as const;
const { values: asked, positionals } = parseArgs({
  options: { all: flag, guard: flag, quick: flag, page: flag, from: { type: "string" } },
  allowPositionals: true,
});
const names = DEFINITIONS.map(({ name }) => name);
const unknown = [...positionals, ...(asked.from === undefined ? [] : [asked.from])].filter(
  (name) => !names.includes(name),
);
if (unknown.length > 0) fail(`There is no benchmark ${unknown.join(", ")}.`);

const stored = JSON.parse(await readFile(RESULTS, "utf8")) as Record<string, BenchmarkResult>;
if (asked.page) await write();
else await run(chosen());

/** The definitions of what is to be run. */
function chosen(): readonly Definition[] {
  const guarded = DEFINITIONS.filter(({ ratios = [] }) => ratios.length > 0);
  const offered = asked.all ? NINE : positionals.length > 0 ? DEFINITIONS : asked.guard ? guarded : [];
  if (offered.length === 0) fail("Name a benchmark, or run `npm run bench:all`.");
  const first = asked.from === undefined ? 0 : offered.findIndex(({ name }) => name === asked.from);
  return offered
    .slice(Math.max(0, first))
    .filter(({ name }) => asked.all || positionals.length === 0 || positionals.includes(name));
}

async function run(definitions: readonly Definition[]): Promise<void> {
  const beganAt = performance.now();
  const minutes = (): string => ((performance.now() - beganAt) / 60_000).toFixed(1);
  const found = new Map<string, Figures>();
  const failed: string[] = [];
  for (const [index, definition] of definitions.entries()) {
    const { name, method = 1, quick = {}, uses = [] } = definition;
    console.error(`[${index + 1}/${definitions.length}] ${name}, ${minutes()} min after the start …`);
    const machine = describeMachine();
    try {
      const { figures, raw } = await runBenchmark(definition, asked.quick ? quick : {});
      found.set(name, figures);
      if (asked.quick || asked.guard) continue;
      const latest = { measuredOn: today(), machine, versions: versionsOf(uses), figures };
      stored[name] = following(stored[name], method, latest);
      // After each, so that one that fails does not take the others' figures with it.
      await write();
      if (raw !== undefined) await writeFile(new URL(`benchmarks/${name}.json`, DOCS), `${JSON.stringify(raw)}\n`);
    } catch (error) {
      failed.push(name);
      console.error(error);
    }
  }
  for (const [name, figures] of found) console.log(`${name}: ${JSON.stringify(figures, undefined, 2)}`);
  console.error(`${found.size} of ${definitions.length} benchmarks ran, in ${minutes()} minutes.`);
  if (failed.length > 0) {
    console.error(`Not measured: ${failed.join(", ")}. To run these again: npm run bench -- ${failed.join(" ")}`);
    process.exitCode = 1;
  }
  if (!asked.guard) {
    const unsteady = unsteadyRatios(definitions, stored);
    if (unsteady.length > 0) console.error(`Too different in two runs to be guarded:\n${unsteady.join("\n")}`);
    return;
  }
  const { report, isWorse } = compareRatios(DEFINITIONS, stored, found);
  console.log(report);
  if (isWorse) process.exitCode = 1;
}

async function write(): Promise<void> {
  const folder = new URL("benchmarks/", DOCS);
  await mkdir(folder, { recursive: true });
  await writeFile(RESULTS, `${JSON.stringify(stored, undefined, 2)}\n`);
  const plots = drawPlots(stored);
  for (const [name, svg] of Object.entries(plots)) await writeFile(new URL(`${name}.svg`, folder), svg);
  const images = Object.fromEntries(Object.keys(plots).map((name) => [name, `![${name}](benchmarks/${name}.svg)`]));
  await writeFile(new URL("benchmarks.md", DOCS), pageOf(DEFINITIONS, stored, images));
}

function fail(why: string): never {
  console.error(`${why} There are ${names.join(", ")}.`);
  process.exit(1);
}
