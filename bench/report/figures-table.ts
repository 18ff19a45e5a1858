import type { FigureRow, Figures } from "./figures.ts";
import type { Summary } from "./summary.ts";

/** One of all figures, beside those of the run before if there is one, and one of each list. */
export function tables(figures: Figures, before?: Figures): string[] {
  const lists = Object.values(figures).filter((value) => Array.isArray(value)) as (readonly FigureRow[])[];
  const single = flatten(figures);
  const earlier = before === undefined ? undefined : new Map(flatten(before));
  const rows = earlier === undefined ? single : single.map(([name, value]) => [name, value, earlier.get(name) ?? ""]);
  const head = ["figure", "value", ...(earlier === undefined ? [] : ["before"])];
  const first = single.length === 0 ? [] : [table([head, ...rows])];
  return [...first, ...lists.map((entries) => table(rowsOf(entries)))];
}

function rowsOf(entries: readonly FigureRow[]): string[][] {
  const names = [...new Set(entries.flatMap((entry) => Object.keys(entry)))];
  return [names, ...entries.map((entry) => names.map((name) => String(entry[name] ?? "")))];
}

/** Padded as the formatter wants it, and so that it reads well in a terminal too. */
export function table(rows: readonly (readonly string[])[]): string {
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
