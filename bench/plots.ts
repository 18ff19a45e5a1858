import { type BarChart, type BarGroup, drawBars } from "./bar-chart.ts";
import type { FigureRow, Figures, Results } from "./figures.ts";

/** What is drawn of a benchmark's figures; not all have something that a picture tells better than a table. */
const CHARTS: Readonly<Record<string, (figures: Figures) => BarChart>> = {
  "added-connect-time": ({ cells }) => ({
    title: "Added from the offer to the answer, by connects at once and the voice service's delay",
    unit: "ms, logarithmic",
    isLogarithmic: true,
    groups: groupsOf(listOf(cells)),
  }),
  throughput: ({ ways }) => ({
    title: "Connects a second on one core",
    unit: "1/s",
    groups: listOf(ways).map(({ through, connectsPerSecond }) => bar(String(through), Number(connectsPerSecond))),
  }),
  "idle-sockets": ({ servers }) => ({
    title: "Memory of one idle socket",
    unit: "KiB",
    groups: listOf(servers).map(({ server, rssPerSocketKiB }) => bar(String(server), Number(rssPerSocketKiB))),
  }),
  "start-time": ({ proxy, helloServer, emptyScript }) => ({
    title: "From the start of a process until it is ready, median",
    unit: "ms",
    groups: Object.entries({ proxy, helloServer, emptyScript }).map(([name, times]) =>
      bar(name, Number((times as Figures).medianMs)),
    ),
  }),
};

/** The pictures of all benchmarks that have one, by name. */
export function drawPlots(results: Results): Record<string, string> {
  return Object.fromEntries(
    Object.entries(results).flatMap(([name, { figures }]) => {
      const chart = CHARTS[name];
      return chart === undefined ? [] : [[name, drawBars(chart(figures))]];
    }),
  );
}

function groupsOf(cells: readonly FigureRow[]): BarGroup[] {
  const placeOf = ({ upstreamMs, concurrency }: FigureRow) => `${concurrency} at once, ${upstreamMs} ms`;
  const places = [...new Set(cells.map(placeOf))];
  const figures = { median: "addedP50Ms", "99 %": "addedP99Ms" };
  return places.flatMap((place) =>
    Object.entries(figures).map(([name, figure]) => ({
      label: `${place}, ${name}`,
      bars: cells
        .filter((cell) => placeOf(cell) === place && cell.through !== "direct")
        .map((cell) => ({ label: String(cell.through), value: Number(cell[figure]) })),
    })),
  );
}

function listOf(value: Figures[string] | undefined): readonly FigureRow[] {
  return Array.isArray(value) ? (value as readonly FigureRow[]) : [];
}

function bar(label: string, value: number): BarGroup {
  return { label, bars: [{ label: "", value }] };
}
