import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { LIVE_STEPS } from "../../src/canary/live/steps.ts";
import { REALTIME_STEPS } from "../../src/canary/realtime/steps.ts";
import type { Step } from "../../src/canary/step.ts";

const document = readFileSync(new URL("../../../docs/canary.md", import.meta.url), "utf8");
const [realtime = "", live = ""] = document.split("With `VOICE_API=live`");

test("docs/canary.md names every step in its order, and no other", () => {
  expect(stepsIn(realtime)).toEqual(namesOf(REALTIME_STEPS));
  const documented = stepsIn(live);
  expect(namesOf(LIVE_STEPS).filter((name) => documented.includes(name))).toEqual(documented);
  expect(namesOf(LIVE_STEPS).filter((name) => ![...documented, ...namesOf(REALTIME_STEPS)].includes(name))).toEqual([]);
});

function stepsIn(text: string): string[] {
  return [...text.matchAll(/^\| `([^`]+)`/gm)].map(([, name = ""]) => name);
}

function namesOf(steps: readonly Step[]): string[] {
  return steps.map(({ name }) => name);
}
