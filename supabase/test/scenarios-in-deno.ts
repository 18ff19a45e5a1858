// Run by Deno, from deno.test.ts.
import { endedScenarios } from "./ended-scenarios.ts";
import type { Scenario } from "./scenario.ts";
import { startScenarios } from "./start-scenarios.ts";

declare const Deno: { test(name: string, run: () => Promise<void>): void };

const all: readonly Scenario[] = [...startScenarios, ...endedScenarios];
for (const { name, run } of all) Deno.test(name, run);
