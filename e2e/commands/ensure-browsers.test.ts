import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { repository } from "./fresh-copy.ts";

describe.each([
  { script: "ensure-chromium.js", variable: "CHROMIUM_PATH", debian: "chromium" },
  { script: "ensure-firefox.js", variable: "FIREFOX_PATH", debian: "firefox-esr" },
])("$script", ({ script, variable, debian }) => {
  test("a browser that was named and is not there fails, and says what to install", () => {
    const { status, stderr } = ensureBrowser("/nowhere/browser");
    expect(stderr).toContain(`${variable} is set to /nowhere/browser`);
    expect(stderr).toContain(`apt-get install --yes ${debian}\n`);
    expect(status).toBe(1);
  });

  test("a browser that was named and is there is enough", () => {
    expect(ensureBrowser(process.execPath)).toMatchObject({ status: 0, stdout: "", stderr: "" });
  });

  function ensureBrowser(path: string) {
    const args = [join(repository, "scripts", script)];
    return spawnSync(process.execPath, args, { env: { [variable]: path }, encoding: "utf8" });
  }
});
