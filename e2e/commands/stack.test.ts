import { expect, test } from "vitest";
import { repository } from "./fresh-copy.ts";
import { startCommand } from "./running-command.ts";

test("the local stack shows an alert fire and end, and takes everything down", { timeout: 180_000 }, async () => {
  const stack = startCommand("npm run stack -- key-revoked", repository);
  await stack.success();
  expect(stack.output()).toContain("ALERT KeyRejected");
  expect(stack.output()).toContain("over:  KeyRejected");
  expect(stack.output()).toContain("Nobody was told anything else.");
});

test("without the name of an outage it lists them", async () => {
  const stack = startCommand("npm run stack", repository);
  await expect(stack.success()).rejects.toThrow("sideband-refused   SidebandRefused");
});
