import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openPlace } from "../machines/two-machines.ts";
import { type PostgresServer, startPostgres } from "../servers/postgres-server.ts";
import { asker, createTenant, dealingsOf, MASTER_KEY, TENANT_SETTINGS } from "./two-tenants.ts";

const START_TIMEOUT_MS = 60_000;
const WITHIN_A_SECOND = { timeout: 5_000, interval: 50 };

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, START_TIMEOUT_MS);
afterAll(() => server.stop());

describe("what is done with a tenant at one machine", { timeout: 60_000 }, () => {
  test("acts on new sessions at the other, and ends what runs there", async () => {
    const place = await openPlace(server, { apiKeys: ["sk-of-acme-0123456789abcdef"] });
    const one = await place.start(TENANT_SETTINGS);
    const other = await place.start(TENANT_SETTINGS);
    const acme = await createTenant(one, "acme", { limits: { concurrentSessions: 1 } });
    const there = dealingsOf(other, "acme", acme.serviceToken);
    const listed = async (): Promise<number> => (await asker(other, acme.serviceToken)("GET", "/api/sessions")).status;
    await expect.poll(listed, WITHIN_A_SECOND).toBe(200);

    const running = await there.begin("ada");
    const codeFor = async (person: string): Promise<string> => {
      const socket = other.connect("/", ["bearer", await acme.token(person)]);
      socket.send({ type: "init" });
      const answer = await socket.next("initialized", "error");
      return answer.type === "error" ? answer.code : "admitted";
    };
    expect(await codeFor("eve")).toBe("QUOTA_EXCEEDED");
    await asker(one)("PATCH", "/api/tenants/acme", { body: { limits: null } });
    await expect.poll(() => codeFor("eve"), WITHIN_A_SECOND).toBe("admitted");

    await asker(one)("POST", "/api/tenants/acme/disable");
    expect(await running.socket.next("ended")).toMatchObject({ reason: "ended_by_service" });
    expect(await listed()).toBe(401);
    await expect.poll(() => place.simulator.liveCalls().length, WITHIN_A_SECOND).toBe(0);
  });

  test("a session that the other takes over is hung up with the key of that moment", async () => {
    const keys = ["sk-of-acme-0123456789abcdef"];
    const place = await openPlace(server, { apiKeys: keys });
    const one = await place.start({ ...TENANT_SETTINGS, SESSIONS_ON_STOP: "keep" });
    const other = await place.start(TENANT_SETTINGS);
    const acme = await createTenant(one, "acme");
    const { sessionId } = await acme.begin("ada");
    await asker(one)("POST", "/api/tenants/acme/key", { body: { apiKey: "sk-new-of-acme" } });
    keys.splice(0, 1, "sk-new-of-acme");
    await one.close();
    const deleted = async (): Promise<number> =>
      (await asker(other, acme.serviceToken)("DELETE", `/api/sessions/${sessionId}`)).status;
    await expect.poll(deleted, { timeout: 15_000 }).toBe(204);
    await expect.poll(() => place.simulator.liveCalls().length, { timeout: 15_000 }).toBe(0);
  });
});

describe("a server that starts", { timeout: 60_000 }, () => {
  test("without the master key, or with another, refuses and names the setting", async () => {
    const place = await openPlace(server);
    await createTenant(await place.start(TENANT_SETTINGS), "acme");
    await expect(place.start()).rejects.toThrow(/^TENANTS_MASTER_KEY is missing/);
    const another = `k1:${randomBytes(32).toString("base64")}`;
    await expect(place.start({ TENANTS_MASTER_KEY: another })).rejects.toThrow(/^TENANTS_MASTER_KEY has another key/);
    const renamed = `k2:${randomBytes(32).toString("base64")}`;
    await expect(place.start({ TENANTS_MASTER_KEY: renamed })).rejects.toThrow(/must contain the key with the id "k1"/);
    const both = await place.start({ ...TENANT_SETTINGS, TENANTS_MASTER_KEY: `${renamed},${MASTER_KEY}` });
    expect((await asker(both)("GET", "/api/tenants/acme")).status).toBe(200);
  });
});
