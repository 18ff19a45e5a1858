import { type Definition, sentencesOf, verdictsOf } from "./definition.ts";
import type { BenchmarkResult, Results } from "./figures.ts";
import { table, tables } from "./figures-table.ts";

const INTRODUCTION = `# Benchmarks

\`npm run bench:all\` builds everything, runs the nine benchmarks of speed in about 17 minutes on two cores, and writes this page,
\`benchmarks.json\`, the pictures and the raw data beside it; no figure here is typed by hand. \`npm run bench -- NAME …\` runs the named
ones, \`npm run bench:all -- --from NAME\` goes on with the rest after an interruption, and \`--quick\` runs small and writes nothing.

Every figure has a control from the same run, interleaved with it round by round where there are rounds, because times alone say more of
the machine than of the program: compare the two, not two machines. What makes the load is on the other core, and how late it was is
measured too. All of it is loopback, with nothing from outside this repository but Chromium, which is taken from \`/usr/bin/chromium\` or
the path in \`CHROMIUM_PATH\`, and Debian's nginx, wrk and Postgres, which are installed where they are missing.

\`npm run bench -- --guard\` writes nothing. It measures the ratios of a program to its control again, never its times, and fails where
one is a quarter worse than the one that is stored here.
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
    verdictsOf(definition, results[definition.name]?.figures).map(({ goal, measured, isReached }) => [
      `[${definition.name}](#${definition.name})`,
      goal,
      measured,
      isReached === undefined ? "" : isReached ? "reached" : "**not reached**",
    ]),
  );
  return table([["benchmark", "goal", "measured", ""], ...rows]);
}

function sectionOf(definition: Definition, result: BenchmarkResult | undefined, plot: string | undefined): string {
  const { name, title, about } = definition;
  const head = [`## ${name}`, `**${title}**`, about.trim()];
  if (result === undefined) return [...head, "Not measured yet."].join("\n\n");
  const missed = verdictsOf(definition, result.figures).filter(({ isReached }) => isReached === false);
  const sentences = [
    ...sentencesOf(definition, result.figures),
    ...missed.map(({ goal, measured, because }) => `Not reached: ${goal}; measured ${measured}. ${because}`),
  ];
  return [
    ...head,
    ...(sentences.length === 0 ? [] : [sentences.map((sentence) => `- ${sentence}`).join("\n")]),
    ...(plot === undefined ? [] : [plot]),
    measuredSection(result),
  ].join("\n\n");
}

/** When and where a result was found, and its tables. */
export function measuredSection({ measuredOn, machine, versions, figures }: BenchmarkResult): string {
  const told = versions === undefined || versions === "" ? "" : `; ${versions}`;
  return [`${measuredOn}; ${machine}${told}.`, ...tables(figures)].join("\n\n");
}
