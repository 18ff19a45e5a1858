import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { findPostgres } from "../../../scripts/ensure-servers.js";
import { startPostgres } from "../../../fly-interview-hybrid/test/servers/postgres-server.ts";
import { startRedis } from "../../../fly-interview-hybrid/test/servers/redis-server.ts";
import { startRelay } from "../../../fly-interview-hybrid/test/servers/relay.ts";
import { repository } from "../fresh-copy.ts";
import { expectFree, startCommand } from "../running-command.ts";
import { answers } from "../served.ts";

const SERVICE_TOKEN = "a service token of the runbooks, of 32 characters";
const RUNBOOKS = "docs/runbooks.md";

/** Every command of the runbooks, in their order. */
const commands = [...readFileSync(join(repository, RUNBOOKS), "utf8").matchAll(/^```sh\n([\s\S]*?)^```/gm)].flatMap(
  ([, block = ""]) => block.split("\n").filter((line) => line !== ""),
);

describe("the runbooks", () => {
  test("have commands that run on a proxy's machine, and say something", { timeout: 120_000 }, async () => {
    await expectFree(8080);
    await expectFree(9091);
    const [postgres, redis] = [await startPostgres(), await startRedis()];
    const relay = await startRelay(redis.socket);
    const spool = mkdtempSync(join(tmpdir(), "runbooks-"));
    onTestFinished(async () => {
      await relay.close();
      await redis.stop();
      await postgres.stop();
      rmSync(spool, { recursive: true });
    });
    const settings = {
      SIMULATION_MODE: "true",
      METRICS_PORT: "9091",
      SPOOL_FOLDER: spool,
      SERVICE_TOKEN,
      DATABASE_URL: postgres.urlOf(await postgres.createDatabase()),
      REDIS_URL: `redis://127.0.0.1:${relay.port}`,
    };
    const proxy = startCommand("npm start", join(repository, "fly-interview-hybrid"), settings);
    await proxy.until(() => answers("http://localhost:8080/readyz"));

    // One attempt that fails, so that there is an error to be seen.
    await fetch("http://localhost:8080/api/sdp-exchange", { method: "POST" });
    // Debian keeps psql beside the server.
    const PATH = [findPostgres(), process.env.PATH].join(delimiter);
    expect(commands.length).toBeGreaterThan(10);
    for (const line of new Set(commands)) {
      const command = startCommand(line, repository, { ...settings, PATH });
      await command.success();
      expect(command.output()).not.toBe("");
    }
    await proxy.interrupt();
  });
});
