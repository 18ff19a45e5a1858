import { colourOf, svgLegend, svgPicture, svgText, WIDTH } from "./svg.ts";

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

const LEFT = 120;
const RIGHT = 60;
const TOP = 74;
const BAR = 26;
const GAP = 14;

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
        const colour = colourOf(stage.label, labels);
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
  const legend = svgLegend(labels, (index) => 12 + index * ((WIDTH - 24) / labels.length));
  const x = placeOf(limit.at).toFixed(1);
  return svgPicture({ title, unit, height: bottom + 10 }, [
    ...legend,
    ...bars,
    `<path d="M${x} ${TOP - 8}V${bottom}" stroke="#b91c1c" stroke-dasharray="4 3"/>`,
    svgText(Number(x), TOP - 12, `${limit.label}: ${limit.at}`, "middle"),
  ]);
}
