/** Of a picture, in pixels. */
export const WIDTH = 760;

const COLOURS = ["#6b7280", "#0072b2", "#009e73", "#d55e00", "#cc79a7"];

/** A picture that reads on white and on dark pages. `parts`: what is below its title. */
export function svgPicture(
  { title, unit, height }: { readonly title: string; readonly unit: string; readonly height: number },
  parts: readonly string[],
): string {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" role="img" font-family="sans-serif" font-size="12">`,
    `<title>${escaped(title)}</title>`,
    `<rect width="${WIDTH}" height="${height}" fill="#fff"/>`,
    svgText(12, 20, `${title} (${unit})`, "start"),
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

/** Of what has this label, in all of a picture. */
export function colourOf(label: string, labels: readonly string[]): string | undefined {
  return COLOURS[labels.indexOf(label) % COLOURS.length];
}

/** Says which colour is which: each label at its place. */
export function svgLegend(labels: readonly string[], placeOf: (index: number) => number): readonly string[] {
  return labels.map((label, index) => {
    const x = placeOf(index);
    const square = `<rect x="${x}" y="34" width="10" height="10" fill="${colourOf(label, labels)}"/>`;
    return square + svgText(x + 15, 43, label, "start");
  });
}

/** A line of text in a picture. */
export function svgText(x: number, y: number, content: string, anchor: "start" | "middle" | "end"): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="#1f2937">${escaped(content)}</text>`;
}

/** Text as it may stand in a picture. */
function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
