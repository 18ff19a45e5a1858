import type { Definition } from "./definition.ts";
import { type Figures, numberAt, type Results } from "./figures.ts";

/** Worse by more than this counts. */
const TOLERANCE = 1.25;

/** Compares ratios of these figures with those that are stored. A ratio that is not stored yet is not judged. */
export function compareRatios(
  definitions: readonly Definition[],
  stored: Results,
  now: ReadonlyMap<string, Figures>,
): { readonly report: string; readonly isWorse: boolean } {
  const compared = definitions.flatMap(({ name, ratios = [] }) => {
    const figures = now.get(name);
    if (figures === undefined) return [];
    return ratios.map(({ figure, better }) => {
      const [before, found] = [numberAt(stored[name]?.figures, figure), numberAt(figures, figure)];
      if (found === undefined) throw new Error(`${name} has no figure ${figure}.`);
      const factor = before === undefined ? 1 : better === "lower" ? found / before : before / found;
      const verdict = before === undefined ? "not stored yet" : factor > TOLERANCE ? "WORSE" : "holds";
      return { line: `${name} ${figure}: ${before ?? "-"} stored, ${found} now: ${verdict}`, verdict };
    });
  });
  return {
    report: compared.map(({ line }) => line).join("\n"),
    isWorse: compared.some(({ verdict }) => verdict === "WORSE"),
  };
}
