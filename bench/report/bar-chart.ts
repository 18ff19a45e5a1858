import { colourOf, svgLegend, svgPicture, svgText, WIDTH } from "./svg.ts";

/** Bars in groups, as an SVG that reads on white and on dark pages. */
export interface BarChart {
  /** What is shown; also for who does not see it. */
  readonly title: string;
  readonly unit: string;
  /** For values of very different sizes: each grid line is ten times the one before. */
  readonly isLogarithmic?: boolean;
  readonly groups: readonly BarGroup[];
}

export interface BarGroup {
  readonly label: string;
  readonly bars: readonly { readonly label: string; readonly value: number }[];
}

const LEFT = 200;
const RIGHT = 90;
const TOP = 64;
const BAR = 14;
const GAP = 14;

/** Draws a chart; bars of one label have one colour in all groups. */
export function drawBars({ title, unit, isLogarithmic = false, groups }: BarChart): string {
  const labels = [...new Set(groups.flatMap(({ bars }) => bars.map(({ label }) => label)))];
  const values = groups.flatMap(({ bars }) => bars.map(({ value }) => value)).filter((value) => value > 0);
  const scale = isLogarithmic ? logarithmic(values) : linear(values);
  const parts: string[] = [];
  let y = TOP;
  for (const group of groups) {
    parts.push(svgText(LEFT - 10, y + (group.bars.length * BAR) / 2 + 4, group.label, "end"));
    for (const { label, value } of group.bars) {
      const width = Math.max(1, scale.at(value) * (WIDTH - LEFT - RIGHT));
      const colour = colourOf(label, labels);
      parts.push(`<rect x="${LEFT}" y="${y}" width="${width.toFixed(1)}" height="${BAR - 2}" fill="${colour}"/>`);
      parts.push(svgText(LEFT + width + 5, y + BAR - 4, String(value), "start"));
      y += BAR;
    }
    y += GAP;
  }
  const grid = scale.ticks.map((tick) => {
    const x = (LEFT + scale.at(tick) * (WIDTH - LEFT - RIGHT)).toFixed(1);
    return `<path d="M${x} ${TOP - 6}V${y - GAP}" stroke="#d1d5db"/>${svgText(Number(x), y + 6, String(tick), "middle")}`;
  });
  const legend = svgLegend(labels, (index) => LEFT + index * ((WIDTH - LEFT) / Math.max(4, labels.length)));
  return svgPicture({ title, unit, height: y + 18 }, [...(labels.length > 1 ? legend : []), ...grid, ...parts]);
}

interface Scale {
  /** Place of a value, from 0 to 1. */
  readonly at: (value: number) => number;
  readonly ticks: readonly number[];
}

function linear(values: readonly number[]): Scale {
  const most = Math.max(...values, 0) || 1;
  const step = 10 ** Math.floor(Math.log10(most));
  const ticks = Array.from({ length: Math.floor(most / step) + 1 }, (_, index) =>
    Number((index * step).toPrecision(6)),
  );
  return { at: (value) => Math.max(0, value) / most, ticks };
}

function logarithmic(values: readonly number[]): Scale {
  const exponents = values.map((value) => Math.log10(value));
  const least = Math.floor(Math.min(...exponents, 0));
  const most = Math.max(...exponents, least + 1);
  const ticks = Array.from({ length: Math.floor(most) - least + 1 }, (_, index) =>
    Number((10 ** (least + index)).toPrecision(1)),
  );
  return { at: (value) => (value > 0 ? Math.max(0, Math.log10(value) - least) / (most - least) : 0), ticks };
}
