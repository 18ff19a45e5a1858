import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "libsql";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import type { Environment } from "../../src/config/config.ts";
import { writeWhole } from "../../src/records/backup.ts";
import { openBackup } from "../../src/records/registry.ts";
import { verifyTranscript } from "../../src/transcripts/verify.ts";
import { startProxy } from "../doors/start-proxy.ts";
import { type PostgresServer, startPostgres } from "../servers/postgres-server.ts";
import { asker, createTenant, MASTER_KEY, TENANT_SETTINGS } from "../tenants/two-tenants.ts";
import { keepInterviews, TURNS_EACH, WORDS } from "./kept-interviews.ts";
import { runCommand } from "./run-command.ts";

const SERVICE_TOKEN = "service-token-of-the-platform-0123456789";
const COMMAND_SETTINGS = { OPENAI_API_KEY: "sk-test", TENANTS_MASTER_KEY: MASTER_KEY };

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "backup-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function backUp(databaseUrl: string, file: string): ReturnType<typeof runCommand> {
  return runCommand("backup", [file], { ...COMMAND_SETTINGS, DATABASE_URL: databaseUrl });
}

function restore(databaseUrl: string, file: string, settings: Record<string, string> = COMMAND_SETTINGS) {
  return runCommand("restore", [file], { ...settings, DATABASE_URL: databaseUrl });
}

let postgres: PostgresServer;
beforeAll(async () => {
  postgres = await startPostgres();
}, 60_000);
afterAll(() => postgres.stop());

describe.each<[backend: string, emptyMachine: () => Promise<string>, sessionsOfAcme: (url: string) => Promise<number>]>(
  [
    ["an SQLite file", () => Promise.resolve(`file:${join(temporaryFolder(), "data", "proxy.db")}`), sessionsInFile],
    // The wall between tenants is restored too.
    ["Postgres", async () => postgres.urlOf(await postgres.createDatabase()), sessionsBehindTheWall],
  ],
)("with %s", (_backend, emptyMachine, sessionsOfAcme) => {
  test("last night's backup brings back every transcript on an empty machine, each verified", {
    timeout: 90_000,
  }, async () => {
    const first = await emptyMachine();
    const ids = await keepInterviews(first, "default", 3);
    const idsOfAcme = await keepInterviews(first, "acme", 2);
    const settings = { ...TENANT_SETTINGS, SERVICE_TOKEN };
    const proxy = await startProxy({ settings: { ...settings, DATABASE_URL: first } });
    const acme = await createTenant(proxy, "acme");
    const exported = async (from: typeof proxy): Promise<string[]> => [
      ...(await Promise.all(ids.map(async (id) => transcriptOf(from, SERVICE_TOKEN, id)))),
      ...(await Promise.all(idsOfAcme.map(async (id) => transcriptOf(from, acme.serviceToken, id)))),
    ];
    const before = await exported(proxy);

    const running = await proxy.connectAs("ada");
    running.send({ type: "init" });
    await running.next("initialized");

    const folder = temporaryFolder();
    const file = join(folder, "last-night");
    expect(await backUp(first, file)).toMatchObject({ code: 0, output: expect.stringContaining(file) });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["last-night"]);
    // The proxy goes on, and is gone later with all that it had.
    await proxy.close();

    const second = await emptyMachine();
    const { code, output } = await restore(second, file);
    expect(output).toContain(`Intact: 6 transcripts with ${5 * TURNS_EACH} turns, signed with `);
    expect(output).toContain("Not signed yet: 1.");
    expect(code).toBe(0);

    const restored = await startProxy({ settings: { ...settings, DATABASE_URL: second } });
    const after = await exported(restored);
    expect(after).toEqual(before);
    for (const text of after) {
      expect(text).toContain(WORDS);
      expect(verifyTranscript(Buffer.from(text))).toMatchObject({ ok: true, turns: TURNS_EACH });
    }
    expect(await restore(second, file)).toMatchObject({ code: 1, output: expect.stringContaining("already") });
    expect(await sessionsOfAcme(second)).toBe(2);
  });
});

async function transcriptOf(
  proxy: Awaited<ReturnType<typeof startProxy>>,
  bearer: string,
  id: string,
): Promise<string> {
  const reply = await asker(proxy, bearer)("GET", `/api/sessions/${id}/transcript`);
  expect(reply.status).toBe(200);
  return reply.text;
}

async function sessionsInFile(databaseUrl: string): Promise<number> {
  const file = new Database(databaseUrl.slice("file:".length), { readonly: true });
  const rows = file.prepare("select id from sessions where tenant = 'acme'").all();
  file.close();
  return rows.length;
}

async function sessionsBehindTheWall(databaseUrl: string): Promise<number> {
  const client = await postgres.connect(new URL(databaseUrl).pathname.slice(1));
  await client.query("set role interview_proxy_tenant");
  await client.query("select set_config('interview_proxy.tenant', 'acme', false)");
  const { rowCount } = await client.query("select from interview_proxy.sessions");
  await client.end();
  return rowCount ?? 0;
}

describe("what cannot be trusted is told", () => {
  async function backupOfOne(prepare: (databaseUrl: string) => Promise<unknown> = () => Promise.resolve()) {
    const folder = temporaryFolder();
    const url = `file:${join(folder, "proxy.db")}`;
    const [id = ""] = await keepInterviews(url, "default", 1);
    await prepare(url);
    const file = join(folder, "backup.db");
    await writeBackup(url, file);
    return { folder, file, id, empty: `file:${join(folder, "new", "proxy.db")}` };
  }

  test("a transcript that was altered in the backup", async () => {
    const { file, id, empty } = await backupOfOne();
    const backup = new Database(file);
    backup.exec("update turns set text = 'I build nothing.' where n = 3");
    backup.close();
    const { code, output } = await restore(empty, file);
    expect(output).toContain(`ALTERED: ${id}: its text was altered.`);
    expect(code).toBe(1);
  });

  test("secrets of tenants without their key", async () => {
    const { file, empty } = await backupOfOne(async (url) => {
      const proxy = await startProxy({ settings: { ...TENANT_SETTINGS, DATABASE_URL: url } });
      await createTenant(proxy, "acme");
      await proxy.close();
    });
    const { code, output } = await restore(empty, file, { OPENAI_API_KEY: "sk-test" });
    expect(output).toContain("TENANTS_MASTER_KEY is missing");
    expect(code).toBe(1);
  });

  test.each<[what: string, change: (whole: Buffer) => Buffer]>([
    ["cut off", (whole) => whole.subarray(0, 20_000)],
    [
      "overwritten in the middle",
      (whole) => Buffer.concat([whole.subarray(0, 8192), Buffer.alloc(whole.length - 8192)]),
    ],
    ["something else", () => Buffer.from("Dear diary")],
  ])("a file that is %s, and nothing is restored", async (_what, change) => {
    const { folder, file } = await backupOfOne();
    const damaged = join(folder, "damaged.db");
    writeFileSync(damaged, change(readFileSync(file)));
    const target = join(folder, "new.db");
    const backup = await openBackup(`file:${target}`, {});
    await expect(backup.restore(damaged)).rejects.toThrow(/is no backup of records|is damaged/);
    expect(existsSync(target)).toBe(false);
  });
});

describe("a backup is not made", () => {
  test("where there are no records", async () => {
    const folder = temporaryFolder();
    const made = writeBackup(`file:${join(folder, "proxy.db")}`, join(folder, "backup.db"));
    await expect(made).rejects.toThrow(/^There are no records at/);
    expect(readdirSync(folder)).toEqual([]);
  });

  test("over another file", async () => {
    const file = join(temporaryFolder(), "backup.db");
    writeFileSync(file, "last night's");
    await expect(writeBackup("file:./proxy.db", file)).rejects.toThrow(/is there already/);
    expect(readFileSync(file, "utf8")).toBe("last night's");
  });

  test("in a folder that is not there", async () => {
    await expect(writeBackup("file:./proxy.db", "/nowhere/backup.db")).rejects.toThrow(/cannot be written \(ENOENT\)/);
  });

  test("without a name for it", async () => {
    expect(await runCommand("backup", [], COMMAND_SETTINGS)).toMatchObject({ code: 2 });
  });

  test("without the programs of Postgres", async () => {
    const made = writeBackup("postgres://db.example/db", join(temporaryFolder(), "backup"), { PATH: "/nowhere" });
    await expect(made).rejects.toThrow(/^pg_dump is missing/);
  });
});

test.each([
  "postgres://me:s%40cret@db.example/db?sslmode=require",
  "postgres://me@db.example/db?sslmode=require&password=s%40cret",
])("a password of Postgres stands on no command line (%s)", async (address) => {
  const folder = temporaryFolder();
  const program = join(folder, "pg_dump");
  writeFileSync(program, `#!/bin/sh\necho "$*" >"${folder}/seen"\nprintenv PGPASSWORD >"${folder}/password"\n`);
  chmodSync(program, 0o755);
  await writeBackup(address, join(folder, "backup"), { PATH: `${folder}:/usr/bin:/bin` });
  expect(readFileSync(join(folder, "seen"), "utf8")).toContain("--dbname=postgres://me@db.example/db?sslmode=require ");
  expect(readFileSync(join(folder, "password"), "utf8")).toBe("s@cret\n");
});

async function writeBackup(databaseUrl: string, file: string, environment: Environment = {}): Promise<void> {
  const backup = await openBackup(databaseUrl, environment);
  await writeWhole(file, (part) => backup.backUp(part));
}
