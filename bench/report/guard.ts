import type { Definition } from "./definition.ts";
import { type Figures, middleAt, numberAt, numbersAt, type Results } from "./figures.ts";

/** Worse by more than this counts. */
const TOLERANCE = 1.25;

/** Compares ratios of these figures with the middle of those that are stored. A ratio that is not stored yet is not judged. */
export function compareRatios(
  definitions: readonly Definition[],
  stored: Results,
  now: ReadonlyMap<string, Figures>,
): { readonly report: string; readonly isWorse: boolean } {
  const compared = definitions.flatMap(({ name, method = 1, ratios = [] }) => {
    const figures = now.get(name);
    if (figures === undefined) return [];
    const result = (stored[name]?.method ?? 1) === method ? stored[name] : undefined;
    return ratios.map(({ figure, better }) => {
      const [before, found] = [middleAt(result, figure), numberAt(figures, figure)];
      if (found === undefined) throw new Error(`${name} has no figure ${figure}.`);
      const factor = before === undefined ? 1 : better === "lower" ? found / before : before / found;
      const verdict = before === undefined ? "not stored yet" : factor > TOLERANCE ? "WORSE" : "holds";
      const told = numbersAt(result, figure).join(" and ") || "-";
      return { line: `${name} ${figure}: ${told} stored, ${found} now: ${verdict}`, verdict };
    });
  });
  return {
    report: compared.map(({ line }) => line).join("\n"),
    isWorse: compared.some(({ verdict }) => verdict === "WORSE"),
  };
}

/** Ratios in which the two stored runs of a benchmark differ by as much as the guard takes for worse: it cannot judge these. */
export function unsteadyRatios(definitions: readonly Definition[], stored: Results): readonly string[] {
  return definitions.flatMap(({ name, ratios = [] }) =>
    ratios.flatMap(({ figure }) => {
      const [latest, before] = numbersAt(stored[name], figure);
      if (latest === undefined || before === undefined) return [];
      const isSteady = Math.max(latest, before) / Math.min(latest, before) < TOLERANCE;
      return isSteady ? [] : [`${name} ${figure}: ${latest}, ${before} before`];
    }),
  );
}
