import type { Row } from "./step.ts";

export const TABLE_HEAD = line("step", "verdict", "ms", "seen");

/** A step as it is printed. */
export function tableLines({ step, verdict, ms, seen, expects }: Row): string {
  const row = line(step, verdict, String(ms), seen);
  return verdict === "ok" || verdict === "skipped" ? row : `${row}${line("", "", "", `expected: ${expects}`)}`;
}

/** The last line: what all the rows come to. */
export function summaryOf(rows: readonly Row[]): string {
  const named = (verdict: Row["verdict"]): string =>
    rows
      .filter((row) => row.verdict === verdict)
      .map(({ step }) => step)
      .join(", ");
  const parts = [
    ["Drift", named("drift")],
    ["Failed", named("failed")],
    ["Not checked", named("skipped")],
  ].flatMap(([title, steps]) => (steps === "" ? [] : [`${title}: ${steps}.`]));
  return parts.length === 0 ? `The contract holds in all ${rows.length} steps.` : parts.join(" ");
}

/** True where every step found the contract kept. */
export function holds(rows: readonly Row[]): boolean {
  return rows.every(({ verdict }) => verdict === "ok");
}

function line(step: string, verdict: string, ms: string, seen: string): string {
  return `${step.padEnd(9)} ${verdict.padEnd(8)} ${ms.padStart(6)}  ${seen}\n`;
}
