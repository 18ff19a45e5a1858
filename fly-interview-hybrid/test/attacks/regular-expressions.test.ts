import { check } from "recheck";
import { describe, expect, test } from "vitest";
import { patternsIn } from "./source-patterns.ts";

/** So that one that cannot be judged ends the test and not the machine. In milliseconds. */
const TIMEOUT_MS = 50_000;

const patterns = [new URL("../../src/", import.meta.url), new URL("../../../packages/protocol/src/", import.meta.url)];

describe("no text, however it is made, costs a regular expression more than its length:", () => {
  test("every one that is written down in the proxy and the protocol", { timeout: 300_000 }, async () => {
    const all = patterns.flatMap((folder) => patternsIn(folder));
    const faults: string[] = [];
    for (const { source, flags, file } of all) {
      const { status } = await check(source, flags, { timeout: TIMEOUT_MS });
      if (status !== "safe") faults.push(`/${source}/${flags} of ${file} is ${status}`);
    }
    expect(faults).toEqual([]);
    expect(all.length).toBeGreaterThan(50);
  });

  test("the check sees one that does", async () => {
    expect(await check("^(a+)+$", "")).toMatchObject({ status: "vulnerable" });
    expect(await check("/+$", "")).toMatchObject({ status: "vulnerable" });
  });

  test("origins, which are made of settings, are no pattern but for the stars", async () => {
    const { createOriginCheck } = await import("../../src/auth/origins.ts");
    const { readConfig } = await import("../../src/config/config.ts");
    const origin = `https://${"*.".repeat(8)}example`;
    const isAllowed = createOriginCheck(readConfig({ SIMULATION_MODE: "true", ALLOWED_ORIGINS: origin }));
    expect(isAllowed(`https://${"a.".repeat(8)}example`, undefined)).toBe(true);
    const start = process.cpuUsage();
    expect(isAllowed(`https://${"a.".repeat(50_000)}`, undefined)).toBe(false);
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(200);
  });
});
