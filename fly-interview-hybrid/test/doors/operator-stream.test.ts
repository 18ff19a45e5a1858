import { describe, expect, test } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { EventStream } from "../../src/doors/http/event-stream.ts";
import { openRecords } from "../../src/records/registry.ts";
import { createFakeClock } from "../fake-clock.ts";
import { ALONE, insertOwn, session } from "../records/each-backend.ts";
import { newRecordsFile } from "../records-file.ts";
import { createTenant, startTenants } from "../tenants/two-tenants.ts";
import { openOperatorPage } from "./operator-page.ts";
import { type OperatorReader, readOperatorStream } from "./operator-reader.ts";
import { type Platform, SERVICE, startPlatform } from "./platform.ts";
import type { SocketClient } from "./socket-client.ts";
import { type ProxyUnderTest, tokenFor } from "./start-proxy.ts";

/** More than the page must show without a halt, and than one person may have. */
const MANY = 500;
const ROOM = { MAX_SESSIONS: "1000", IDLE_SECONDS: "3600" };

const asService = { authorization: `Bearer ${SERVICE}` };

interface Opened {
  readonly sessionId: string;
  readonly client: SocketClient;
}

async function open(proxy: ProxyUnderTest, person: string): Promise<Opened> {
  const client = await proxy.connectAs(person);
  client.send({ type: "init" });
  const { sessionId } = await client.next("initialized");
  return { sessionId, client };
}

/** Records with so many sessions that a process before has left running; returns their URL. */
async function leaveRunning(count: number): Promise<string> {
  const file = await newRecordsFile(systemClock);
  const records = await openRecords(file.url, systemClock);
  await records.beat(ALONE);
  const now = Date.now();
  const times = { createdAt: now, startedAt: now, deadline: now + 3_600_000 };
  const left = Array.from({ length: count }, (_, n) => ({
    ...session,
    ...times,
    id: `ses_${n}`,
    person: `person ${n}`,
  }));
  await Promise.all(left.map((each) => insertOwn(records, each)));
  await records.close();
  return file.handOver().url;
}

/** Waits until a list has, or has no more, what `isSo` says. */
function untilSessions(reader: OperatorReader, isSo: (reader: OperatorReader) => boolean): Promise<boolean> {
  return reader.until(() => isSo(reader) || undefined);
}

async function readsOf({ proxy }: Platform): Promise<number> {
  const { text } = await proxy.fetch("/metrics");
  return Number(/^interview_store_seconds_count\{store="records",operation="read"\} (\d+)$/m.exec(text)?.[1]);
}

describe("operators watch", () => {
  test("two of them five hundred sessions, and are told what changes alone", { timeout: 60_000 }, async () => {
    const { proxy } = await startPlatform({ settings: { ...ROOM, DATABASE_URL: await leaveRunning(MANY - 2) } });
    const [muted, ended] = [await open(proxy, "ada"), await open(proxy, "bob")];
    const page = await openOperatorPage(proxy, await tokenFor("olga", { scope: "observe" }));
    const readers = [await readOperatorStream(proxy, page.headers), await readOperatorStream(proxy, asService)];
    for (const reader of readers) {
      const { sessions, more } = await reader.next("sessions");
      expect(new Set(sessions.map(({ sessionId }) => sessionId)).size).toBe(MANY);
      expect(sessions.slice(0, 2).map(({ person }) => person)).toEqual(["bob", "ada"]);
      expect(more).toBe(false);
      expect(await reader.next("overview")).toMatchObject({ tenant: { running: { used: MANY, limit: 1000 } } });
    }

    muted.client.send({ type: "mute", muted: true });
    ended.client.send({ type: "disconnect" });
    const added = await open(proxy, "eve");
    const touched = [muted.sessionId, added.sessionId].toSorted();
    for (const reader of readers) {
      await untilSessions(
        reader,
        ({ sessions }) =>
          sessions.get(muted.sessionId)?.muted === true &&
          !sessions.has(ended.sessionId) &&
          sessions.get(added.sessionId)?.tokens === 0,
      );
      expect(reader.sessions.size).toBe(MANY);
      expect(reader.sessions.get(added.sessionId)).toMatchObject({
        person: "eve",
        state: "open",
        isHere: true,
        isCandidateConnected: true,
        upstream: null,
        violations: 0,
        remainingSeconds: null,
      });
      const told = reader.events.flatMap((event) => (event.type === "changes" ? event.changed : []));
      expect([...new Set(told.map(({ sessionId }) => sessionId))].toSorted()).toEqual(touched);
    }
    expect(readers[0]?.sessions).toEqual(readers[1]?.sessions);
  });

  test("each second, all by the same look, and nobody looks when nobody watches", async () => {
    const clock = createFakeClock(Date.now());
    const platform = await startPlatform({ clock });
    await open(platform.proxy, "ada");
    const readsWhile = async (): Promise<number> => {
      const before = await readsOf(platform);
      await clock.advance(10_000);
      return (await readsOf(platform)) - before;
    };
    const alone = await readsWhile();
    const one = await readOperatorStream(platform.proxy, asService);
    const watched = await readsWhile();
    const others = await Promise.all([1, 2, 3].map(() => readOperatorStream(platform.proxy, asService)));
    await Promise.all(others.map((reader) => reader.next("sessions")));
    expect(watched - alone).toBeGreaterThan(20);
    expect(await readsWhile(), "four read no more than one").toBeLessThan(watched + 10);
    // Nothing has changed, so nothing is told but how the server stands.
    await one.next("sessions");
    expect(one.events.filter(({ type }) => type === "changes")).toEqual([]);
    expect(one.events.filter(({ type }) => type === "overview").length).toBeGreaterThanOrEqual(4);

    const waiting = clock.pending();
    for (const reader of [one, ...others]) reader.leave();
    const streams = async (): Promise<string> => (await platform.proxy.fetch("/metrics")).text;
    await expect.poll(streams).toContain("interview_operator_streams 0");
    expect(clock.pending(), "the one timer of the look").toBe(waiting - 1);
    expect(await readsWhile()).toBe(alone);
  });

  test("their own tenant's sessions alone", async () => {
    const { proxy } = await startTenants();
    const monthly = { tokens: 1_000_000 };
    const [a, b] = [
      await createTenant(proxy, "acme", { limits: { concurrentSessions: 7, monthly } }),
      await createTenant(proxy, "bolt", { limits: { monthly } }),
    ];
    const [mine, theirs] = [await a.begin("ada"), await b.begin("bob")];
    const page = await openOperatorPage(proxy, await a.token("olga", { scope: "observe" }));
    const readers = [
      await readOperatorStream(proxy, page.headers),
      await readOperatorStream(proxy, { authorization: `Bearer ${b.serviceToken}` }),
    ] as const;
    expect((await readers[0].next("sessions")).sessions).toMatchObject([
      { sessionId: mine.sessionId, person: "ada", state: "live", upstream: expect.stringMatching(/^openai-/) },
    ]);
    expect((await readers[1].next("sessions")).sessions).toMatchObject([{ sessionId: theirs.sessionId }]);
    const overview = await readers[0].next("overview");
    expect(overview.tenant).toMatchObject({
      running: { used: 1, limit: 7 },
      month: { uses: [{ kind: "tokens", limit: 1_000_000 }] },
    });
    expect(overview.connects.outcomes["ok"]).toBe(2);
    expect(overview.upstreams[0]?.requests["create"]).toEqual({ ok: 2 });
    const seen = JSON.stringify([...readers[0].events, overview]);
    for (const mark of ["bolt", "bob", theirs.sessionId]) expect(seen).not.toContain(mark);
  });

  test("only with the scope for it, and not by a token of one session", async () => {
    const { proxy } = await startPlatform();
    const statusOf = async (bearer: string): Promise<number> => {
      const reader = await readOperatorStream(proxy, { authorization: `Bearer ${bearer}` });
      reader.leave();
      return reader.status;
    };
    expect(await statusOf(await tokenFor("olga", { scope: "observe" }))).toBe(200);
    expect(await statusOf(await tokenFor("ada"))).toBe(403);
    expect(await statusOf(await tokenFor("adam", { scope: "admin" }))).toBe(403);
    expect(await statusOf(await tokenFor("olga", { scope: "operate", session: "ses_x" }))).toBe(403);
    expect(await statusOf("nonsense")).toBe(401);
  });
});

describe("the stream of an operator ends", () => {
  test("when the operator signs out, for that one alone", async () => {
    const { proxy } = await startPlatform();
    const [page, other] = [await openOperatorPage(proxy, SERVICE), await openOperatorPage(proxy, SERVICE)];
    const reader = await readOperatorStream(proxy, page.headers);
    const left = await readOperatorStream(proxy, other.headers);
    await reader.next("overview");
    expect((await page.ask("POST", "/api/operators/logout")).status).toBe(204);
    expect(await reader.closed).toBe("ended");
    await open(proxy, "ada");
    expect((await left.next("changes")).changed).toHaveLength(1);
  });

  test("with the sign-in, or the token", async () => {
    const clock = createFakeClock(Date.now());
    const { proxy } = await startPlatform({ clock });
    const exp = Math.floor(clock.now() / 1000) + 10;
    const token = await tokenFor("olga", { scope: "observe", exp });
    const page = await openOperatorPage(proxy, token);
    const readers = [
      await readOperatorStream(proxy, page.headers),
      await readOperatorStream(proxy, { authorization: `Bearer ${token}` }),
    ];
    const forEver = await readOperatorStream(proxy, asService);
    expect(Date.parse(page.session.expiresAt)).toBe(exp * 1000);
    await clock.advance(exp * 1000 - clock.now() - 1000);
    for (const reader of readers) await reader.next("overview");
    await clock.advance(1000);
    for (const reader of readers) expect(await reader.closed).toBe("ended");
    forEver.events.splice(0);
    await clock.advance(6000);
    expect(await forEver.next("overview")).toMatchObject({ type: "overview" });
  });

  test("when a service token of its tenant is withdrawn", async () => {
    const clock = createFakeClock(Date.now());
    const { proxy, ask } = await startTenants({ clock });
    const { serviceToken } = await createTenant(proxy, "acme");
    const { json } = await ask("GET", "/api/tenants/acme");
    const page = await openOperatorPage(proxy, serviceToken);
    const reader = await readOperatorStream(proxy, page.headers);
    await reader.next("sessions");
    const [{ id }] = (json as { serviceTokens: [{ id: string }] }).serviceTokens;
    expect((await ask("DELETE", `/api/tenants/acme/service-tokens/${id}`)).status).toBeLessThan(300);
    expect((await page.ask("GET", "/api/operators/me")).status).toBe(401);
    await clock.advance(5000);
    expect(await reader.closed).toBe("ended");
  });

  test("when its tenant is disabled", async () => {
    const { proxy, ask } = await startTenants();
    const tenant = await createTenant(proxy, "acme");
    const page = await openOperatorPage(proxy, tenant.serviceToken);
    const reader = await readOperatorStream(proxy, page.headers);
    await reader.next("sessions");
    expect((await ask("POST", "/api/tenants/acme/disable")).status).toBeLessThan(300);
    expect((await page.ask("GET", "/api/operators/me")).status).toBe(401);
    expect(await reader.closed).toBe("ended");
  });

  test("when a megabyte waits for who does not read", () => {
    const stream = new EventStream();
    stream.beginToCount();
    const data = JSON.stringify("x".repeat(600 * 1024));
    for (let n = 0; n < 2; n += 1) stream.tell("changes", data);
    expect(stream.body.destroyed).toBe(false);
    stream.tell("changes", data);
    expect(stream.body.destroyed).toBe(true);
  });

  test("when the server stops", async () => {
    const { proxy } = await startPlatform();
    const reader = await readOperatorStream(proxy, asService);
    await reader.next("overview");
    await proxy.app.close();
    expect(await reader.closed).toBe("ended");
  });
});
