import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { SettingError } from "../../src/config/config.ts";
import { openRecords } from "../../src/records/registry.ts";

function temporaryFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "proxy-records-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, "below", "proxy.db");
}

/** Spends the ticket `t` in a process of its own, as a proxy that was started, used and stopped. */
function spendInAnotherProcess(url: string): boolean {
  const registry = new URL("../../src/records/registry.ts", import.meta.url);
  const clock = new URL("../../src/clock.ts", import.meta.url);
  const script = `
    import { openRecords } from ${JSON.stringify(registry)};
    import { systemClock } from ${JSON.stringify(clock)};
    const records = await openRecords(${JSON.stringify(url)}, systemClock);
    console.log(await records.spendTicket("t", Date.now() + 60000));
    process.kill(process.pid, "SIGKILL");
  `;
  const flags = ["--import", "tsx", "--conditions=source", "--input-type=module", "--eval", script];
  const { stdout, stderr } = spawnSync(process.execPath, flags, { cwd: import.meta.dirname, encoding: "utf8" });
  if (!/^(true|false)$/.test(stdout.trim())) throw new Error(stderr);
  return stdout.trim() === "true";
}

test("the file and its folder are made, and what was kept is there after a kill and a restart", () => {
  const url = `file:${temporaryFile()}`;
  expect(spendInAnotherProcess(url)).toBe(true);
  expect(spendInAnotherProcess(url)).toBe(false);
});

test("a second process on the same file is refused", async () => {
  const url = `file:${temporaryFile()}`;
  const first = await openRecords(url, systemClock);
  onTestFinished(() => first.close());
  await expect(openRecords(url, systemClock)).rejects.toThrow(/^DATABASE_URL names a file that another process uses/);
});

test.each(["mysql://x", "proxy.db", "file:"])(
  "an address that is none (%s) is refused by the setting's name",
  (url) => {
    expect(() => openRecords(url, systemClock)).toThrow(SettingError);
  },
);
