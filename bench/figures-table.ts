import type { Summary } from "./summary.ts";

/** What one benchmark found, and where. */
export interface BenchmarkResult {
  /** Date in UTC. */
  readonly measuredOn: string;
  readonly machine: string;
  readonly figures: Figures;
}

/** Figures by name, grouped as the benchmark likes; the name of a number ends with its unit, where it has one. */
export interface Figures {
  readonly [name: string]: number | string | Figures;
}

const BEGIN = "<!-- figures: written by `npm run bench` -->";
const END = "<!-- end of figures -->";

/** All figures as Markdown: a table for each benchmark. */
export function figuresTable(results: Readonly<Record<string, BenchmarkResult>>): string {
  return Object.entries(results)
    .map(([name, { measuredOn, machine, figures }]) => `### ${name}\n\n${measuredOn}; ${machine}.\n\n${table(figures)}`)
    .join("\n\n");
}

/** Padded as the formatter wants it, and so that it reads well in a terminal too. */
function table(figures: Figures): string {
  const rows: [string, string][] = [["figure", "value"], ...flatten(figures)];
  const widths = [0, 1].map((column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[], padding: string) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0, padding)).join(" | ")} |`;
  const [head = "", ...body] = rows.map((row) => line(row, " "));
  return [head, line(["", ""], "-"), ...body].join("\n");
}

/** The page with its figures replaced by these. Throws where the page has no place for them. */
export function withTable(page: string, results: Readonly<Record<string, BenchmarkResult>>): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error("docs/benchmarks.md has lost the marks between which figures go.");
  return `${page.slice(0, begin + BEGIN.length)}\n\n${figuresTable(results)}\n\n${page.slice(end)}`;
}

/** One row for each number, and one for each series of times. */
function flatten(figures: Figures, path = ""): [figure: string, value: string][] {
  return Object.entries(figures).flatMap(([name, value]) => {
    const figure = `${path}${name}`;
    if (typeof value !== "object") return [[figure, String(value)]];
    return isSummary(value) ? [[figure, describe(value)]] : flatten(value, `${figure}.`);
  });
}

function isSummary(figures: Figures): figures is Figures & Summary {
  return ["medianMs", "minMs", "maxMs"].every((name) => typeof figures[name] === "number");
}

function describe({ medianMs, minMs, maxMs }: Summary): string {
  return `median ${medianMs} ms (${minMs} to ${maxMs})`;
}
