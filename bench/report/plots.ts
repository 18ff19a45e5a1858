import { type BarChart, type BarGroup, drawBars } from "./bar-chart.ts";
import { hundredths, medianOf } from "./summary.ts";
import { drawWaterfall } from "./waterfall.ts";
import { type FigureRow, type Figures, numberAt, type Results } from "./figures.ts";

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
    groups: listOf(servers).map(({ server, memoryPerSocketKiB }) => bar(String(server), Number(memoryPerSocketKiB))),
  }),
  "reconnect-storm-time": (figures) => ({
    title: "From the ready line until pages are back",
    unit: "ms",
    groups: Object.entries({ "half of them": "P50", "95 %": "P95", all: "Max" }).map(([label, share]) => ({
      label,
      bars: ["proxy", "bareWs"].map((server) => labelled(server, numberAt(figures, `${server}.readyToBack${share}Ms`))),
    })),
  }),
  "supervision-load": (figures) => ({
    title: "Sideband events a second on one core, until each turn is stored",
    unit: "1/s",
    groups: ["sqlite", "postgres", "reader"].map((store) =>
      bar(store, numberAt(figures, `${store}.eventsPerSecond`) ?? 0),
    ),
  }),
  "simulator-load": ({ steps }) => ({
    title: "Lateness of packets at the 99th percentile, by calls",
    unit: "ms, logarithmic",
    isLogarithmic: true,
    groups: groupedBy(listOf(steps), { group: "calls", bar: "through", figure: "p99Ms", unit: "calls" }),
  }),
  growth: ({ steps }) => ({
    title: "Statements of one interview, by how many there are",
    unit: "ms, logarithmic",
    isLogarithmic: true,
    groups: groupedBy(
      listOf(steps).filter(({ interviewMs }) => interviewMs !== undefined),
      { group: "size", bar: "of", figure: "interviewMs", unit: "interviews" },
    ),
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
      if (name === "click-to-audio-time") return [[name, drawClick(figures)]];
      return chart === undefined ? [] : drawnOf(name, chart(figures));
    }),
  );
}

/** A result that was measured in another way may lack what is drawn. */
function drawnOf(name: string, chart: BarChart): [name: string, svg: string][] {
  const groups = chart.groups.filter(({ bars }) => bars.every(({ value }) => Number.isFinite(value)));
  return groups.length === 0 ? [] : [[name, drawBars({ ...chart, groups })]];
}

const STAGES = {
  offer: "offerMs",
  "exchange of SDP": "answerMs",
  ICE: "iceMs",
  DTLS: "dtlsMs",
  "first audio": "firstAudio.medianMs",
};

function drawClick(figures: Figures): string {
  return drawWaterfall({
    title: "From the click to the first audio, medians",
    unit: "ms",
    ways: ["ours", "shipped", "official"].map((way) => ({
      label: way,
      stages: Object.entries(STAGES).map(([label, path]) => ({ label, end: numberAt(figures, `${way}.${path}`) ?? 0 })),
    })),
    limit: { label: "physical limit", at: numberAt(figures, "limitMs") ?? 0 },
  });
}

/** The columns that a chart is drawn from. */
interface Columns {
  readonly group: string;
  readonly bar: string;
  readonly figure: string;
  /** Of the group's value. */
  readonly unit: string;
}

/** A group for each value of one column, with a bar for each value of another; of several rows the median. */
function groupedBy(rows: readonly FigureRow[], { group, bar: name, figure, unit }: Columns): BarGroup[] {
  const valuesOf = (column: string) => [...new Set(rows.map((row) => row[column] ?? ""))];
  return valuesOf(group).map((value) => ({
    label: `${value} ${unit}`,
    bars: valuesOf(name).flatMap((label) => {
      const found = rows.filter((row) => row[group] === value && row[name] === label).map((row) => Number(row[figure]));
      return found.length === 0 ? [] : [labelled(String(label), hundredths(medianOf(found)))];
    }),
  }));
}

function labelled(label: string, value: number | undefined): BarGroup["bars"][number] {
  return { label, value: value ?? 0 };
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
