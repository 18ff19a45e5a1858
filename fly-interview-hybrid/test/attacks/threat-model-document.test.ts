import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const DOCUMENT = new URL("../../../docs/threat-model.md", import.meta.url);
const text = readFileSync(DOCUMENT, "utf8");

/** How many requirements each section has of the chapters that are mapped, in version 5.0. */
const SECTIONS: readonly (readonly [section: string, requirements: number])[] = [
  ["4.1", 5],
  ["4.2", 5],
  ["4.3", 2],
  ["4.4", 4],
  ["9.1", 3],
  ["9.2", 4],
  ["16.1", 1],
  ["16.2", 5],
  ["16.3", 4],
  ["16.4", 3],
  ["16.5", 4],
  ["17.1", 2],
  ["17.2", 8],
  ["17.3", 2],
];
const VERDICTS = ["met", "partly", "not met here", "not applicable"];

/** The cells of each row of the tables below a heading. */
function rowsBelow(heading: string): readonly (readonly string[])[] {
  const [, after = ""] = text.split(`\n## ${heading}\n`);
  const [section = ""] = after.split("\n## ");
  const lines = section.split("\n").filter((line) => /^\| (?!threat |number |---|:-)/.test(line));
  return lines.map((line) =>
    line
      .slice(1, -1)
      .split(" | ")
      .map((cell) => cell.trim()),
  );
}

function testsIn(cell: string | undefined): readonly string[] {
  return [...(cell ?? "").matchAll(/\]\(([^)]+\.test\.ts)\)/g)].map(([, path = ""]) => path);
}

test("every threat has a control, and a test that is there", () => {
  const rows = rowsBelow("Threats");
  expect(rows.length).toBeGreaterThan(40);
  for (const [threat, control, proof] of rows) {
    expect([threat, control === ""]).toEqual([threat, false]);
    const tests = testsIn(proof);
    expect([threat, tests.length > 0]).toEqual([threat, true]);
    expect([threat, tests.filter((path) => !existsSync(new URL(path, DOCUMENT)))]).toEqual([threat, []]);
  }
});

test("every requirement of the mapped chapters has a verdict, and where it is met a test or the reason for none", () => {
  const rows = rowsBelow("OWASP ASVS 5.0");
  const numbers = SECTIONS.flatMap(([section, count]) =>
    Array.from({ length: count }, (_, n) => `${section}.${n + 1}`),
  );
  expect(rows.map(([number]) => number)).toEqual(numbers);
  for (const [number = "", , verdict = "", how, proof = ""] of rows) {
    expect(VERDICTS).toContain(verdict);
    expect([number, how === ""]).toEqual([number, false]);
    const isProved = testsIn(proof).length > 0 || verdict === "not applicable" || proof.startsWith("not tested: ");
    expect([number, isProved]).toEqual([number, true]);
    expect([number, testsIn(proof).filter((path) => !existsSync(new URL(path, DOCUMENT)))]).toEqual([number, []]);
  }
});
