import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { repository } from "../fresh-copy.ts";
import { expectFree, startCommand } from "../running-command.ts";
import { answers } from "../served.ts";

/** The commands of docs/operations.md beside a proxy that runs, and something that each of them prints. */
const BESIDE_THE_PROXY: readonly (readonly [string, string])[] = [
  ["npm run doctor", "the proxy listens on PORT 8080"],
  ["npm run backup -- records.backup", "Wrote "],
  ["curl --fail http://localhost:8080/healthz", `{"status":"ok"}`],
  ["curl --fail http://localhost:8080/readyz", `"status":"ready"`],
  [
    `curl --silent --header "Authorization: Bearer $(npm run --silent token)" http://localhost:8080/api/sessions/none`,
    "FORBIDDEN",
  ],
  ["curl --silent http://localhost:8080/metrics", "interview_records_up 1"],
];

test("the commands of docs/operations.md work", { timeout: 240_000 }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "operations-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const settings = {
    SIMULATION_MODE: "true",
    JWT_SECRET: "a secret for trying, of 32 characters",
    DATABASE_URL: `file:${join(folder, "proxy.db")}`,
  };
  const backup = join(folder, "records.backup");
  await expectFree(8080);
  const proxy = startCommand("node fly-interview-hybrid/dist/main.js", repository, settings);
  await proxy.until(() => answers("http://localhost:8080/readyz"));
  for (const [line, printed] of BESIDE_THE_PROXY) {
    const command = startCommand(line.replace("records.backup", backup), repository, settings);
    await command.success();
    expect(command.output()).toContain(printed);
  }
  await proxy.interrupt();

  const elsewhere = { ...settings, DATABASE_URL: `file:${join(folder, "restored.db")}` };
  const restore = startCommand(
    "npm run restore -- records.backup".replace("records.backup", backup),
    repository,
    elsewhere,
  );
  await restore.success();
  expect(restore.output()).toContain("Intact: 0 transcripts");
});
