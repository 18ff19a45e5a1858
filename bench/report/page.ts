import { sentencesOf } from "./comparisons.ts";
import type { Definition } from "./definition.ts";
import type { BenchmarkResult, BenchmarkRun, Results } from "./figures.ts";
import { table, tables } from "./figures-table.ts";
import { type Verdict, verdictsOf } from "./verdicts.ts";

const INTRODUCTION = `# Benchmarks

\`npm run bench:all\` builds everything, runs the nine benchmarks of speed in about 14 minutes on two cores, and writes this page,
\`benchmarks.json\`, the pictures and the raw data beside it; no figure here is typed by hand. \`npm run bench -- NAME …\` runs the named
ones, \`npm run bench:all -- --from NAME\` goes on with the rest after an interruption, and \`--quick\` runs small and writes nothing.

Every figure has a control from the same run, interleaved with it round by round where there are rounds, because times alone say more of
the machine than of the program: compare the two, not two machines. What makes the load is on the other core, and how late it was is
measured too. All of it is loopback, with nothing from outside this repository but Chromium, which is taken from \`/usr/bin/chromium\` or
the path in \`CHROMIUM_PATH\`, and Debian's nginx, wrk and Postgres, which are installed where they are missing.

Two runs of one build do not find the same, so the latest run and the one before are kept. A goal is reached where both have reached it.
Who is ahead is said where both agree on it, by a greater factor than that by which they differ. Tables have the latest run, and beside
its single figures those of the run before. A run counts as the one before only if it measured in the same way; a change that moves
figures is to be measured twice.

\`npm run bench -- --guard\` writes nothing. It measures the ratios of a program to its control again, never its times, and fails where
one is a quarter worse than the middle of the two that are stored here. It judges those of which two runs find the same: of processor
time, of memory, and of medians.
`;

/** The page of all results. `plots`: a picture as Markdown, by the name of the benchmark. */
export function pageOf(
  definitions: readonly Definition[],
  results: Results,
  plots: Readonly<Record<string, string>>,
): string {
  const sections = definitions.map((definition) =>
    sectionOf(definition, results[definition.name], plots[definition.name]),
  );
  return `${[INTRODUCTION.trimEnd(), "## Goals", goalsTable(definitions, results), ...sections].join("\n\n")}\n`;
}

function goalsTable(definitions: readonly Definition[], results: Results): string {
  const rows = definitions.flatMap((definition) =>
    verdictsOf(definition, results[definition.name]).map((verdict) => [
      `[${definition.name}](#${definition.name})`,
      verdict.goal,
      verdict.measured,
      standingCell(verdict),
    ]),
  );
  return table([["benchmark", "goal", "measured", ""], ...rows]);
}

function standingCell({ standing, runs }: Verdict): string {
  if (standing === "not measured") return "";
  const told = standing === "reached" ? standing : `**${standing}**`;
  return runs === 1 ? `${told} (one run)` : told;
}

function sectionOf(definition: Definition, result: BenchmarkResult | undefined, plot: string | undefined): string {
  const { name, title, about, method = 1 } = definition;
  const head = [`## ${name}`, `**${title}**`, about.trim()];
  if (result === undefined) return [...head, "Not measured yet."].join("\n\n");
  const missed = verdictsOf(definition, result).filter(({ because }) => because !== "");
  const sentences = [
    ...sentencesOf(definition, result),
    ...missed.map(
      ({ standing, goal, measured, because }) => `${capitalised(standing)}: ${goal}; measured ${measured}. ${because}`,
    ),
  ];
  const isOutdated = (result.method ?? 1) !== method;
  return [
    ...head,
    ...(isOutdated ? ["It has not been measured in this way yet: what follows was measured as it was before."] : []),
    ...(sentences.length === 0 ? [] : [sentences.map((sentence) => `- ${sentence}`).join("\n")]),
    ...(plot === undefined ? [] : [plot]),
    measuredSection(result),
  ].join("\n\n");
}

/** When and where a result was found, and its tables. */
export function measuredSection({ before, ...latest }: BenchmarkResult): string {
  const whens = [`${placeOf(latest)}.`, ...(before === undefined ? [] : [`Before: ${placeOf(before)}.`])];
  return [whens.join("\n"), ...tables(latest.figures, before?.figures)].join("\n\n");
}

function placeOf({ measuredOn, machine, versions }: BenchmarkRun): string {
  const told = versions === undefined || versions === "" ? "" : `; ${versions}`;
  return `${measuredOn}; ${machine}${told}`;
}

function capitalised(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}
