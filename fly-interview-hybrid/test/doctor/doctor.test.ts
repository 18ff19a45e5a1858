import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { readConfig } from "../../src/config/config.ts";
import type { Finding } from "../../src/doctor/finding.ts";
import { runDoctor } from "../../src/doctor/run-doctor.ts";
import { openRecords } from "../../src/records/registry.ts";
import { runCommand } from "../backup/run-command.ts";
import { startProxy } from "../doors/start-proxy.ts";
import { type PostgresServer, startPostgres } from "../servers/postgres-server.ts";
import { type RedisServer, startRedis } from "../servers/redis-server.ts";

const KEY = "sk-proj-key-of-the-doctor";
/** An address at which nobody listens: one that somebody had a moment ago. */
let nobody: string;
beforeAll(async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  nobody = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  server.close();
  await once(server, "close");
});

/** Serves on loopback for the length of a test; returns its base URL. */
async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A voice service that knows the key, and how it differs from one that does. */
function voiceService({ status = 200, models = ["gpt-realtime-2.1"], aheadMs = 0 } = {}): Promise<string> {
  return serve((request, response) => {
    const isKnown = request.url === "/models" && request.headers.authorization === `Bearer ${KEY}`;
    response.setHeader("date", new Date(Date.now() + aheadMs).toUTCString());
    response.writeHead(isKnown ? status : 401, { "content-type": "application/json" });
    response.end(JSON.stringify({ data: models.map((id) => ({ id })) }));
  });
}

interface Situation {
  readonly settings?: Readonly<Record<string, string>>;
  readonly lookup?: (host: string) => Promise<unknown>;
}

/** What is found about one thing, in a set-up in which all else is well. */
async function examine(about: string, { settings = {}, lookup = () => Promise.resolve() }: Situation) {
  const config = readConfig({
    NODE_ENV: "production",
    OPENAI_API_KEY: KEY,
    OPENAI_BASE_URL: settings["OPENAI_BASE_URL"] ?? (await voiceService()),
    JWT_SECRET: "a secret of thirty-two characters or more",
    SERVICE_TOKEN: "another secret of thirty-two characters",
    ALLOWED_ORIGINS: "https://jobs.example",
    DATABASE_URL: "file::memory:",
    HOST: "127.0.0.1",
    PORT: "0",
    ...settings,
  });
  const told: Finding[] = [];
  const findings = await runDoctor({ config, clock: systemClock, fetch, lookup }, (finding) => told.push(finding));
  expect(told).toEqual(findings);
  const others = findings.filter((finding) => finding.about !== about && finding.verdict === "mend");
  expect(others).toEqual([]);
  return findings.filter((finding) => finding.about === about);
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "doctor-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const mend = (found: string | RegExp, advice: string) => [
  { verdict: "mend", found: expect.stringMatching(found), advice: expect.stringContaining(advice) },
];
const look = (found: string, advice: string) => [
  { verdict: "look", found: expect.stringContaining(found), advice: expect.stringContaining(advice) },
];

test("a set-up in which all is well", async () => {
  for (const about of ["dns", "key", "clock", "tokens", "origins", "ports", "records", "redis"])
    expect(await examine(about, {})).toMatchObject([{ verdict: "ok" }]);
});

describe("the key", () => {
  test.each([
    ["is refused", 401, "refuses it \\(401\\)", "Set OPENAI_API_KEY"],
    ["has no rights", 403, "refuses it \\(403\\)", "Set OPENAI_API_KEY"],
    ["has used up its quota", 429, "429", "billing"],
    ["cannot be tried, because the service is ill", 500, "answers 500", "OPENAI_BASE_URL"],
  ])("%s", async (_what, status, found, advice) => {
    const OPENAI_BASE_URL = await voiceService({ status });
    expect(await examine("key", { settings: { OPENAI_BASE_URL } })).toMatchObject(mend(found, advice));
  });

  test("cannot be tried, because nobody answers", async () => {
    const settings = { OPENAI_BASE_URL: `http://${nobody}` };
    expect(await examine("key", { settings })).toMatchObject(mend("ECONNREFUSED", "OPENAI_BASE_URL"));
  });

  test("is of a project that has not the model", async () => {
    const OPENAI_BASE_URL = await voiceService({ models: ["gpt-4o"] });
    expect(await examine("key", { settings: { OPENAI_BASE_URL } })).toMatchObject(
      look("no gpt-realtime", "VOICE_MODEL"),
    );
  });

  test("is not asked for in simulation", async () => {
    const settings = { SIMULATION_MODE: "true", OPENAI_BASE_URL: `http://${nobody}` };
    expect(await examine("key", { settings })).toMatchObject([{ verdict: "ok" }]);
  });
});

test.each([
  ["slow", 5 * 60_000],
  ["fast", -5 * 60_000],
])("a clock that is five minutes %s", async (_what, aheadMs) => {
  const OPENAI_BASE_URL = await voiceService({ aheadMs });
  const findings = await examine("clock", { settings: { OPENAI_BASE_URL } });
  expect(findings).toMatchObject(mend(/off by (299|300|301) s/, "NTP"));
});

test("a name without an address, said by its setting", async () => {
  const lookup = (host: string): Promise<unknown> =>
    host === "hooks.example"
      ? Promise.reject(Object.assign(new Error(host), { code: "ENOTFOUND" }))
      : Promise.resolve();
  const settings = {
    WEBHOOK_URLS: "https://hooks.example/secret-path",
    WEBHOOK_SECRET: `whsec_${Buffer.alloc(32).toString("base64")}`,
  };
  const findings = await examine("dns", { settings, lookup });
  expect(findings).toMatchObject(mend("WEBHOOK_URLS has no address \\(ENOTFOUND\\)", "WEBHOOK_URLS"));
  expect(JSON.stringify(findings)).not.toContain("example");
});

describe("tokens", () => {
  test.each<[what: string, settings: Record<string, string>, found: string, advice: string]>([
    ["outside production", { NODE_ENV: "development" }, "not production", "NODE_ENV"],
    ["that none needs", { ALLOW_SIMULATION: "true" }, "lets anybody in", "ALLOW_SIMULATION"],
    ["of no platform", { SERVICE_TOKEN: "" }, "no platform", "SERVICE_TOKEN"],
  ])("%s", async (_what, settings, found, advice) => {
    expect(await examine("tokens", { settings })).toMatchObject(look(found, advice));
  });

  test("of which two are the same", async () => {
    const settings = { ADMIN_TOKEN: "another secret of thirty-two characters" };
    expect(await examine("tokens", { settings })).toMatchObject(mend("are the same", "of its own"));
  });
});

describe("a key set", () => {
  const keySet = (status: number, body: string): Promise<string> =>
    serve((_request, response) => response.writeHead(status).end(body));
  const jwks = (...keys: object[]): string => JSON.stringify({ keys });

  test("with a key for tokens", async () => {
    const JWT_JWKS_URL = await keySet(200, jwks({ kty: "EC", alg: "ES256" }));
    expect(await examine("jwks", { settings: { JWT_JWKS_URL } })).toMatchObject([{ verdict: "ok" }]);
  });

  test.each([
    ["that is not there", 404, "", "answers 404"],
    ["that is none", 200, "<html>", "no key set"],
    ["without a key", 200, jwks(), "no key with which"],
    ["with keys for something else", 200, jwks({ kty: "RSA", use: "enc" }, { kty: "oct" }), "no key with which"],
  ])("%s", async (_what, status, body, found) => {
    const JWT_JWKS_URL = await keySet(status, body);
    expect(await examine("jwks", { settings: { JWT_JWKS_URL } })).toMatchObject(mend(found, "JWT_JWKS_URL"));
  });

  test("that cannot be reached", async () => {
    const settings = { JWT_JWKS_URL: `http://${nobody}/jwks` };
    expect(await examine("jwks", { settings })).toMatchObject(mend("cannot be reached", "JWT_JWKS_URL"));
  });
});

describe("origins", () => {
  test.each<[what: string, settings: Record<string, string>, found: string, advice: string]>([
    ["of pages without a microphone", { ALLOWED_ORIGINS: "http://jobs.example" }, "http://jobs.example", "HTTPS"],
    ["of a proxy in clear", { PUBLIC_URL: "http://proxy.example" }, "PUBLIC_URL", "HTTPS"],
  ])("%s", async (_what, settings, found, advice) => {
    expect(await examine("origins", { settings })).toMatchObject(mend(found, advice));
  });

  test("that are none", async () => {
    const settings = { ALLOWED_ORIGINS: "" };
    expect(await examine("origins", { settings })).toMatchObject(look("own page", "ALLOWED_ORIGINS"));
  });
});

describe("ports", () => {
  test("on which another program listens", async () => {
    const PORT = new URL(await serve((_request, response) => response.end("Dear diary"))).port;
    expect(await examine("ports", { settings: { PORT } })).toMatchObject(mend(`PORT ${PORT}`, "Stop it"));
  });

  test("on which the proxy listens", async () => {
    const proxy = await startProxy();
    const settings = { PORT: new URL(proxy.url).port };
    expect(await examine("ports", { settings })).toMatchObject([{ verdict: "ok" }]);
  });

  test("that are the same", async () => {
    const settings = { PORT: "8080", METRICS_PORT: "8080" };
    expect(await examine("ports", { settings })).toMatchObject(mend("are the same", "of its own"));
  });

  test("of an address that is another machine's", async () => {
    expect(await examine("ports", { settings: { HOST: "192.0.2.1" } })).toMatchObject(mend("EADDRNOTAVAIL", "HOST"));
  });
});

describe("records in SQLite", () => {
  test("that a proxy uses are left alone", async () => {
    const folder = temporaryFolder();
    const DATABASE_URL = `file:${join(folder, "proxy.db")}`;
    const records = await openRecords(DATABASE_URL, systemClock);
    onTestFinished(() => records.close());
    const before = readdirSync(folder);
    expect(await examine("records", { settings: { DATABASE_URL } })).toMatchObject([
      { verdict: "ok", found: expect.stringMatching(/^0 sessions/) },
    ]);
    expect(readdirSync(folder)).toEqual(before);
  });

  test("that are to be made", async () => {
    const folder = temporaryFolder();
    const settings = { DATABASE_URL: `file:${join(folder, "below", "proxy.db")}` };
    expect(await examine("records", { settings })).toMatchObject([{ verdict: "ok" }]);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("that are none", async () => {
    const file = join(temporaryFolder(), "proxy.db");
    writeFileSync(file, "Dear diary, today I was no database at all, although my name says so.".repeat(20));
    const settings = { DATABASE_URL: `file:${file}` };
    expect(await examine("records", { settings })).toMatchObject(mend("SQLITE_NOTADB", "DATABASE_URL"));
  });

  test("in a folder that is none", async () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "");
    const settings = { DATABASE_URL: `file:${join(file, "proxy.db")}` };
    expect(await examine("records", { settings })).toMatchObject(mend("no file can be made", "folder of the user"));
  });
});

describe("servers", () => {
  let postgres: PostgresServer;
  let redis: RedisServer;
  beforeAll(async () => {
    [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  }, 60_000);
  afterAll(async () => {
    await Promise.all([postgres.stop(), redis.stop()]);
  });

  test("records in Postgres, which makes its tables only when it is used", async () => {
    const name = await postgres.createDatabase();
    const settings = { DATABASE_URL: postgres.urlOf(name) };
    const found = async (): Promise<unknown> => (await examine("records", { settings }))[0];
    expect(await found()).toMatchObject({
      verdict: "ok",
      found: expect.stringContaining("without the proxy's tables"),
    });
    await (await openRecords(settings.DATABASE_URL, systemClock)).close();
    expect(await found()).toMatchObject({ verdict: "ok", found: expect.stringContaining("with the proxy's tables") });
  });

  test("records in a Postgres that lets its user make nothing", async () => {
    const name = await postgres.createDatabase();
    const client = await postgres.connect(name);
    await client.query(`create role "of_${name}" login`);
    await client.end();
    const settings = { DATABASE_URL: postgres.urlOf(name).replace("user=proxy", `user=of_${name}`) };
    expect(await examine("records", { settings })).toMatchObject(mend("may not make", "createrole"));
  });

  test("records in a Postgres that has no such database", async () => {
    const settings = { DATABASE_URL: postgres.urlOf("nowhere") };
    expect(await examine("records", { settings })).toMatchObject(mend("3D000", "DATABASE_URL"));
  });

  test("records in a Postgres that is away, asked in clear", async () => {
    const settings = { DATABASE_URL: `postgres://me:secret@localhost.example:1/db` };
    const findings = await examine("records", { settings });
    expect(findings).toMatchObject([...mend("cannot be opened", "DATABASE_URL"), ...look("not encrypted", "sslmode")]);
    expect(JSON.stringify(findings)).not.toMatch(/secret|example/);
  });

  test("Redis", async () => {
    const { pingRedis } = await import("../../src/coordination/registry.ts");
    await expect(pingRedis(redis.socket)).resolves.toBeUndefined();
  });
});

test("Redis that does not answer", async () => {
  const settings = { REDIS_URL: `redis://:secret@${nobody}` };
  const findings = await examine("redis", { settings });
  expect(findings).toMatchObject(mend("ECONNREFUSED", "REDIS_URL"));
  expect(JSON.stringify(findings)).not.toContain("secret");
});

describe("npm run doctor", () => {
  test("tells what to mend without a secret, and fails", async () => {
    const secrets = {
      OPENAI_API_KEY: "sk-proj-secret",
      JWT_SECRET: "the secret of the tokens, long enough now",
      SERVICE_TOKEN: "the secret of the platform, long enough too",
      DATABASE_URL: `postgres://me:db-secret@${nobody}/db`,
      REDIS_URL: `redis://:redis-secret@${nobody}`,
    };
    const OPENAI_BASE_URL = await voiceService();
    const { code, output } = await runCommand("doctor", [], { ...secrets, OPENAI_BASE_URL, PORT: "0" });
    expect(output).toMatch(/^mend {2}key {6}the voice service refuses it \(401\)\n {15}Set OPENAI_API_KEY/m);
    expect(output).toContain("To be mended: 3.");
    expect(output).not.toMatch(/secret/);
    expect(code).toBe(1);
  });

  test("succeeds where nothing has to be mended", async () => {
    const settings = { SIMULATION_MODE: "true", DATABASE_URL: "file::memory:", PORT: "0" };
    const { code, output } = await runCommand("doctor", [], settings);
    expect(output).toContain("Nothing has to be mended.");
    expect(code).toBe(0);
  });

  test("says which setting is wrong", async () => {
    const { code, output } = await runCommand("doctor", [], { SIMULATION_MODE: "perhaps" });
    expect(output).toContain("SIMULATION_MODE must be true or false.");
    expect(code).toBe(1);
  });
});
