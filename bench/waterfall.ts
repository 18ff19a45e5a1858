import { escaped, svgText } from "./svg.ts";

/** Stages one after the other, for several ways beside each other, as an SVG that reads on white and on dark pages. */
export interface Waterfall {
  readonly title: string;
  readonly unit: string;
  readonly ways: readonly {
    readonly label: string;
    /** Ends of stages, ascending. */
    readonly stages: readonly { readonly label: string; readonly end: number }[];
  }[];
  /** A line that nothing can be before. */
  readonly limit: { readonly label: string; readonly at: number };
}

const WIDTH = 760;
const LEFT = 120;
const RIGHT = 60;
const TOP = 74;
const BAR = 26;
const GAP = 14;
const COLOURS = ["#6b7280", "#0072b2", "#009e73", "#d55e00", "#cc79a7"];

/** Draws a waterfall; stages of one label have one colour in all ways. */
export function drawWaterfall({ title, unit, ways, limit }: Waterfall): string {
  const labels = [...new Set(ways.flatMap(({ stages }) => stages.map(({ label }) => label)))];
  const most = Math.max(limit.at, ...ways.flatMap(({ stages }) => stages.map(({ end }) => end)));
  const placeOf = (value: number): number => LEFT + (value / most) * (WIDTH - LEFT - RIGHT);
  const bottom = TOP + ways.length * (BAR + GAP);
  const bars = ways.flatMap(({ label, stages }, row) => {
    const y = TOP + row * (BAR + GAP);
    const ends = [0, ...stages.map(({ end }) => end)];
    return [
      svgText(LEFT - 10, y + BAR / 2 + 4, label, "end"),
      ...stages.map((stage, place) => {
        const [from, to] = [placeOf(ends[place] ?? 0), placeOf(stage.end)];
        const colour = COLOURS[labels.indexOf(stage.label) % COLOURS.length];
        return `<rect x="${from.toFixed(1)}" y="${y}" width="${Math.max(1, to - from - 1).toFixed(1)}" height="${BAR}" fill="${colour}"/>`;
      }),
      svgText(
        placeOf(stages.at(-1)?.end ?? 0) + 5,
        y + BAR / 2 + 4,
        String(Math.round(stages.at(-1)?.end ?? 0)),
        "start",
      ),
    ];
  });
  const legend = labels.map((label, index) => {
    const x = 12 + index * ((WIDTH - 24) / labels.length);
    return `<rect x="${x}" y="34" width="10" height="10" fill="${COLOURS[index % COLOURS.length]}"/>${svgText(x + 15, 43, label, "start")}`;
  });
  const x = placeOf(limit.at).toFixed(1);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${bottom + 10}" viewBox="0 0 ${WIDTH} ${bottom + 10}" role="img" font-family="sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${bottom + 10}" fill="#fff"/>`,
    svgText(12, 20, `${title} (${unit})`, "start"),
    ...legend,
    ...bars,
    `<path d="M${x} ${TOP - 8}V${bottom}" stroke="#b91c1c" stroke-dasharray="4 3"/>`,
    svgText(Number(x), TOP - 12, `${limit.label}: ${limit.at}`, "middle"),
    "</svg>",
    "",
  ].join("\n");
}
