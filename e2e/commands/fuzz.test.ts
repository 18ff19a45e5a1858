import { expect, test } from "vitest";
import { repository } from "./fresh-copy.ts";
import { startCommand } from "./running-command.ts";

test("npm run fuzz tries for as long as it is told, and says of each target how much it has tried", async () => {
  const fuzz = startCommand("npm run fuzz -- --minutes 0.01 --only tokens", repository);
  await fuzz.success();
  expect(fuzz.output()).toMatch(/^tokens: [1-9]\d* tokens in \d+ s, .*nothing broken/m);
});
