import { once } from "node:events";
import { text } from "node:stream/consumers";
import type { Readable } from "node:stream";
import { expect, test } from "vitest";
import { startDeno } from "./deno.ts";
import { endedScenarios } from "./ended-scenarios.ts";
import { startScenarios } from "./start-scenarios.ts";

test("every scenario passes in Deno too, which lets it read, ask and write nothing", { timeout: 60_000 }, async () => {
  const deno = startDeno(["test", "test/scenarios-in-deno.ts"]);
  const outputs = [deno.stdout, deno.stderr].map((stream) => text(stream as Readable));
  const [[status], ...said] = await Promise.all([once(deno, "exit"), ...outputs]);
  expect(said.join("\n")).toContain(`${startScenarios.length + endedScenarios.length} passed | 0 failed`);
  expect(status).toBe(0);
});
