import { describe, expect, test } from "vitest";
import { endedScenarios } from "./ended-scenarios.ts";
import { startScenarios } from "./start-scenarios.ts";

describe.each([
  ["interview-start", startScenarios],
  ["interview-ended", endedScenarios],
])("%s in Node:", (_name, scenarios) => {
  test.each(scenarios)("$name", async ({ run }) => {
    await expect(run()).resolves.toBeUndefined();
  });
});
