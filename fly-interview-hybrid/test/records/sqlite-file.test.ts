import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import Database from "libsql";
import { expect, onTestFinished, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { SettingError } from "../../src/config/config.ts";
import { openRecords } from "../../src/records/registry.ts";
import type { Records } from "../../src/records/records.ts";
import { createFakeClock } from "../fake-clock.ts";
import { ALONE, call, insertOwn, session, turn } from "./each-backend.ts";

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

test("a file whose tables cannot be brought up to date is left as it was", async () => {
  const path = temporaryFile();
  mkdirSync(dirname(path));
  const file = new Database(path);
  onTestFinished(() => void file.close());
  file.exec("create table invitations (id text)");
  await expect(openRecords(`file:${path}`, systemClock)).rejects.toThrow(/already exists/);
  const names = file.prepare("select name from sqlite_schema where name not like 'sqlite_%'").all();
  expect(names).toMatchObject([{ name: "invitations" }]);
});

test("a second process on the same file is refused", async () => {
  const url = `file:${temporaryFile()}`;
  const first = await openRecords(url, systemClock);
  onTestFinished(() => first.close());
  await expect(openRecords(url, systemClock)).rejects.toThrow(/^DATABASE_URL names a file that another process uses/);
});

test("a file that another process only reads is not refused", async () => {
  const path = temporaryFile();
  const first = await openRecords(`file:${path}`, systemClock);
  onTestFinished(() => first.close());
  const reader = new Database(path, { readonly: true });
  expect(reader.prepare("select count(*) as count from sessions").get()).toMatchObject({ count: 0 });
  reader.close();
});

test("words are erased from the file once a backup that reads it is through", async () => {
  const path = temporaryFile();
  const clock = createFakeClock();
  const records = await openRecords(`file:${path}`, clock);
  onTestFinished(() => records.close());
  await records.beat(ALONE);
  await insertOwn(records, session);
  await records.insertCall(call);
  await records.insertTurn({ ...turn, text: "My secret." });
  await records.updateSession(session.id, { endReason: "completed", endedAt: 5 });
  const backup = new Database(path, { readonly: true });
  backup.exec("begin");
  backup.prepare("select count(*) from turns").get();

  let isErased = false;
  const erasing = records.eraseWords(session.id).then(() => (isErased = true));
  await clock.advance(1000);
  expect(isErased).toBe(false);
  expect(readFileSync(`${path}-wal`).toString("latin1")).toContain("My secret.");
  backup.exec("commit");
  backup.close();
  await clock.advance(1000);
  await erasing;
  const files = readdirSync(dirname(path)).map((name) => readFileSync(join(dirname(path), name)).toString("latin1"));
  expect(files.join("")).not.toContain("My secret.");
});

test.each<[string, (records: Records) => Promise<unknown>]>([
  ["by their session", (records) => records.eraseWords(session.id)],
  [
    "by their person",
    async (records) => {
      await records.eraseInvitations(session, 9);
      return records.eraseSessions(session, 9, 10);
    },
  ],
  ["by their age", (records) => records.eraseOlder(session.tenant, 9, 9, 10)],
])("words erased %s are in no file any more", async (_how, erase) => {
  const path = temporaryFile();
  const records = await openRecords(`file:${path}`, systemClock);
  onTestFinished(() => records.close());
  const bytes = (): string =>
    readdirSync(dirname(path))
      .map((name) => readFileSync(join(dirname(path), name)).toString("latin1"))
      .join("");
  await records.beat(ALONE);
  await insertOwn(records, session);
  await records.insertCall(call);
  // Long enough for pages of its own, which become free.
  for (let n = 1; n <= 10; n++)
    await records.insertTurn({ ...turn, id: `turn_${n}`, n, text: "My secret. ".repeat(n * 200) });
  await records.insertMark({
    id: "mark_1",
    sessionId: session.id,
    callId: call.id,
    at: 1,
    kind: "note",
    text: "Her secret.",
    counted: null,
  });
  await records.updateSession(session.id, { endReason: "completed", endedAt: 5 });
  expect(bytes()).toMatch(/My secret[^]*Her secret/);
  await erase(records);
  expect(bytes()).not.toContain(" secret");
});

test.each(["mysql://x", "proxy.db", "file:"])(
  "an address that is none (%s) is refused by the setting's name",
  (url) => {
    expect(() => openRecords(url, systemClock)).toThrow(SettingError);
  },
);

test("what was asked of an erased person, and in an erased invitation, is in no file any more", async () => {
  const path = temporaryFile();
  const records = await openRecords(`file:${path}`, systemClock);
  onTestFinished(() => records.close());
  const bytes = (): string =>
    readdirSync(dirname(path))
      .map((name) => readFileSync(join(dirname(path), name)).toString("latin1"))
      .join("");
  const brief = { ...session.brief, questions: ["Our secret. ".repeat(2000)], metadata: { mail: "Its secret." } };
  await records.beat(ALONE);
  await insertOwn(records, { ...session, name: "Named secret.", brief });
  await records.updateSession(session.id, { endReason: "completed", endedAt: 5 });
  await records.insertInvitation({
    id: "inv_a",
    tenant: session.tenant,
    person: session.person,
    persona: session.persona,
    brief,
    createdAt: 1,
    expiresAt: 9,
    redeemedAt: null,
    revokedAt: null,
    attempts: 0,
    sessionId: null,
  });
  expect(bytes()).toMatch(/Our secret/);
  await records.eraseInvitations(session, 9);
  await records.eraseSessions(session, 9, 10);
  expect(bytes()).not.toContain(" secret");
});
