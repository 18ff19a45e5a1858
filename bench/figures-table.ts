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
  readonly [name: string]: number | string | Figures | readonly FigureRow[];
}

/** One of a list of things that are told side by side, such as measurements of the same kind. */
export type FigureRow = Readonly<Record<string, number | string>>;

const BEGIN = "<!-- figures: written by `npm run bench` -->";
const END = "<!-- end of figures -->";

/** All figures as Markdown: for each benchmark its plot, where `plots` has one, and its tables. */
export function figuresTable(
  results: Readonly<Record<string, BenchmarkResult>>,
  plots: Readonly<Record<string, string>> = {},
): string {
  return Object.entries(results)
    .map(([name, { measuredOn, machine, figures }]) => {
      const plot = plots[name];
      return [
        `### ${name}`,
        `${measuredOn}; ${machine}.`,
        ...(plot === undefined ? [] : [plot]),
        ...tables(figures),
      ].join("\n\n");
    })
    .join("\n\n");
}

/** One of all figures, and one of each list. */
function tables(figures: Figures): string[] {
  const lists = Object.values(figures).filter((value) => Array.isArray(value)) as (readonly FigureRow[])[];
  return [table([["figure", "value"], ...flatten(figures)]), ...lists.map((entries) => table(rowsOf(entries)))];
}

function rowsOf(entries: readonly FigureRow[]): string[][] {
  const names = [...new Set(entries.flatMap((entry) => Object.keys(entry)))];
  return [names, ...entries.map((entry) => names.map((name) => String(entry[name] ?? "")))];
}

/** Padded as the formatter wants it, and so that it reads well in a terminal too. */
function table(rows: readonly (readonly string[])[]): string {
  const [head = []] = rows;
  const widths = head.map((_name, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[], padding: string) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0, padding)).join(" | ")} |`;
  const [first = "", ...body] = rows.map((row) => line(row, " "));
  const rule = line(
    head.map(() => ""),
    "-",
  );
  return [first, rule, ...body].join("\n");
}

/** The page with its figures replaced by these. Throws where the page has no place for them. */
export function withTable(page: string, figures: string): string {
  const begin = page.indexOf(BEGIN);
  const end = page.indexOf(END);
  if (begin < 0 || end < begin) throw new Error("docs/benchmarks.md has lost the marks between which figures go.");
  return `${page.slice(0, begin + BEGIN.length)}\n\n${figures}\n\n${page.slice(end)}`;
}

/** One row for each number, and one for each series of times. */
function flatten(figures: Figures, path = ""): [figure: string, value: string][] {
  return Object.entries(figures).flatMap(([name, value]): [string, string][] => {
    const figure = `${path}${name}`;
    if (typeof value !== "object") return [[figure, String(value)]];
    if (isList(value)) return [];
    return isSummary(value) ? [[figure, describe(value)]] : flatten(value, `${figure}.`);
  });
}

function isList(value: Figures | readonly FigureRow[]): value is readonly FigureRow[] {
  return Array.isArray(value);
}

function isSummary(figures: Figures): figures is Figures & Summary {
  return ["medianMs", "minMs", "maxMs"].every((name) => typeof figures[name] === "number");
}

function describe({ medianMs, minMs, maxMs }: Summary): string {
  return `median ${medianMs} ms (${minMs} to ${maxMs})`;
}
