import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { repository } from "./fresh-copy.ts";

test("servers that are there are enough", () => {
  expect(ensureServers(process.env.PATH ?? "")).toMatchObject({ status: 0, stdout: "", stderr: "" });
});

test("a server that is missing, and cannot be installed, fails, and says what to install", () => {
  const { status, stderr } = ensureServers("/nowhere");
  expect(stderr).toContain("found none");
  expect(stderr).toContain("apt-get install --yes redis-server");
  expect(status).toBe(1);
});

function ensureServers(path: string) {
  const script = join(repository, "scripts/ensure-servers.js");
  return spawnSync(process.execPath, [script], { env: { PATH: path }, encoding: "utf8" });
}
