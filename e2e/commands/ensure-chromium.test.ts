import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repository } from "./fresh-copy.ts";

test("a browser that was named and is not there fails, and says what to install", () => {
  const { status, stderr } = ensureChromium("/nowhere/chromium");
  expect(stderr).toContain("CHROMIUM_PATH is set to /nowhere/chromium");
  expect(stderr).toContain("apt-get install --yes chromium");
  expect(status).toBe(1);
});

test("a browser that was named and is there is enough", () => {
  expect(ensureChromium(process.execPath)).toMatchObject({ status: 0, stdout: "", stderr: "" });
});

function ensureChromium(path: string) {
  const script = join(repository, "scripts/ensure-chromium.js");
  return spawnSync(process.execPath, [script], { env: { CHROMIUM_PATH: path }, encoding: "utf8" });
}
