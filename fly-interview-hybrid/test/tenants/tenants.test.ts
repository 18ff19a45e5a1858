import type { AuditList, TenantReply } from "@interview-proxy/protocol";
import { startSimulator } from "openai-voice-simulator";
import { describe, expect, onTestFinished, test } from "vitest";
import { OutputScan } from "../doors/secrets.ts";
import { tokenFor } from "../doors/start-proxy.ts";
import { audioOffer } from "../sample-sdp.ts";
import { asker, createTenant, issuerOf, signFor, startTenants } from "./two-tenants.ts";

describe("administration", () => {
  test("is for ADMIN_TOKEN, and for the environment's issuer with scope admin", async () => {
    const { proxy, ask } = await startTenants({
      settings: { SERVICE_TOKEN: "service-token-of-the-platform-0123456789" },
    });
    const acme = await createTenant(proxy, "acme");
    const admin = await tokenFor("root", { scope: "admin" });
    expect((await ask("GET", "/api/tenants", { bearer: admin })).status).toBe(200);
    for (const bearer of [
      await tokenFor("root", { scope: "operate" }),
      await tokenFor("root", { scope: "admin", session: "s" }),
      await acme.token("adam", { scope: "admin" }),
      acme.serviceToken,
      "service-token-of-the-platform-0123456789",
    ]) {
      expect(await ask("GET", "/api/tenants", { bearer })).toMatchObject({ status: 403 });
      expect(await ask("DELETE", "/api/tenants/acme", { bearer })).toMatchObject({ status: 403 });
    }
    // It opens nothing else.
    expect((await ask("GET", "/api/sessions")).status).toBe(403);
  });

  test("a secret is never read back, nor in the records, nor in the audit log", async () => {
    const { proxy, ask } = await startTenants();
    const acme = await createTenant(proxy, "acme", { sidebandApiKey: "sk-sideband-of-acme", organization: "org-1" });
    const secrets = [acme.apiKey, "sk-sideband-of-acme", issuerOf("acme").secret, acme.serviceToken];
    await ask("POST", "/api/tenants/acme/key", { body: { apiKey: "sk-new-of-acme" } });
    const scan = new OutputScan();
    for (const path of ["/api/tenants", "/api/tenants/acme", "/api/audit", "/api/tenants/acme/export"]) {
      const { status, text } = await ask("GET", path);
      expect(status).toBe(200);
      scan.add(path, text);
      for (const secret of [...secrets, "sk-new-of-acme"]) expect(text).not.toContain(secret);
    }
    for (const line of proxy.logLines) for (const secret of secrets) expect(line).not.toContain(secret);
    expect((await ask("GET", "/api/tenants/acme")).json).toMatchObject({
      settings: { organization: "org-1", issuers: [{ issuer: issuerOf("acme").issuer }] },
      secrets: expect.arrayContaining(["apiKey"]) as string[],
    });
  });

  test("each act is in the audit log, with who, what and when", async () => {
    const { proxy, ask } = await startTenants();
    await createTenant(proxy, "acme");
    const bearer = await tokenFor("root", { scope: "admin" });
    await ask("PATCH", "/api/tenants/acme", { bearer, body: { voice: "cedar", model: null } });
    await ask("POST", "/api/tenants/acme/disable", { bearer });
    await ask("GET", "/api/tenants/acme/export", { bearer });
    await ask("DELETE", "/api/tenants/acme", { bearer });
    const read = async (query: string): Promise<AuditList> =>
      (await ask("GET", `/api/audit${query}`)).json as AuditList;
    const { entries, nextCursor } = await read("?tenant=acme&limit=4");
    expect(entries.map(({ act, actor, settings }) => [act, actor, settings])).toEqual([
      ["delete", "root", []],
      ["export", "root", []],
      ["disable", "root", []],
      ["set", "root", ["model", "voice"]],
    ]);
    expect(Date.parse(entries[0]?.at ?? "")).toBeGreaterThan(Date.now() - 60_000);
    const rest = await read(`?tenant=acme&cursor=${nextCursor}`);
    expect(rest.entries.map(({ act }) => act)).toEqual(["add-service-token", "create"]);
    expect(rest.nextCursor).toBeNull();
  });

  test.each<[string, object, string]>([
    ["an address without a key of its own", { baseUrl: "https://voice.example/v1", apiKey: null }, "baseUrl"],
    ["a voice that is not allowed", { voice: "cedar", voices: ["marin"] }, "voice"],
    ["a model that is not allowed", { model: "m-2", models: ["m-1"] }, "model"],
    ["an issuer without a key", { issuers: [{ issuer: "https://x.example" }] }, "issuers"],
    ["one with two", { issuers: [{ ...issuerOf("x"), jwksUrl: "https://x.example/keys" }] }, "issuers"],
    ["the server's own issuer", { issuers: [{ ...issuerOf("x"), issuer: "https://server.example" }] }, "issuers"],
    ["a key with a line end in it", { apiKey: "sk\r\nx: y" }, "apiKey"],
  ])("refuses %s", async (_name, body, field) => {
    const { proxy, ask } = await startTenants({ settings: { JWT_ISSUER: "https://server.example" } });
    await createTenant(proxy, "acme");
    expect(await ask("PATCH", "/api/tenants/acme", { body })).toMatchObject({
      status: 400,
      json: { error: { field } },
    });
  });

  test("an id and an issuer are one tenant's, an unknown one is told, and a deleted id stays taken", async () => {
    const { proxy, ask } = await startTenants();
    await createTenant(proxy, "acme");
    const conflict = { status: 409, json: { error: { code: "TENANT_CONFLICT" } } };
    expect(await ask("POST", "/api/tenants", { body: { id: "acme" } })).toMatchObject(conflict);
    expect(await ask("POST", "/api/tenants", { body: { id: "default" } })).toMatchObject(conflict);
    expect(await ask("POST", "/api/tenants", { body: { id: "bolt", issuers: [issuerOf("acme")] } })).toMatchObject(
      conflict,
    );
    expect(await ask("GET", "/api/tenants/bolt")).toMatchObject({ status: 404 });
    expect(await ask("DELETE", "/api/tenants/acme")).toMatchObject({ json: { error: { code: "TENANT_ACTIVE" } } });
    await ask("POST", "/api/tenants/acme/disable");
    expect((await ask("DELETE", "/api/tenants/acme")).status).toBe(204);
    expect((await ask("GET", "/api/tenants/acme")).status).toBe(404);
    expect(await ask("POST", "/api/tenants", { body: { id: "acme" } })).toMatchObject(conflict);
    expect((await ask("POST", "/api/tenants", { body: { id: "bolt", issuers: [issuerOf("acme")] } })).status).toBe(201);
  });

  test("without a master key there are no tenants, and that is said", async () => {
    const { ask } = await startTenants({ settings: { TENANTS_MASTER_KEY: "" } });
    expect(await ask("POST", "/api/tenants", { body: { id: "acme" } })).toMatchObject({
      status: 503,
      json: { error: { code: "MASTER_KEY_MISSING" } },
    });
    expect((await ask("GET", "/api/tenants")).json).toEqual({ tenants: [] });
  });

  test("an export has all that a tenant has, and nothing else", async () => {
    const { proxy, ask } = await startTenants();
    const [acme, bolt] = [await createTenant(proxy, "acme"), await createTenant(proxy, "bolt")];
    const begun = await acme.begin("ada");
    await bolt.begin("ada");
    const turn = await begun.socket.next("turn");
    const { text } = await ask("GET", "/api/tenants/acme/export");
    const lines = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toHaveLength(2);
    expect(lines[0]).toMatchObject({ kind: "tenant", id: "acme" });
    expect(lines[1]).toMatchObject({ kind: "session", id: begun.sessionId, calls: [{ id: begun.callId }] });
    expect(text).toContain(JSON.stringify(turn.text));
  });
});

describe("whose a token is", () => {
  test("follows from the key that it holds under, and from nothing that it says", async () => {
    const { proxy, ask } = await startTenants();
    const [acme, bolt] = [await createTenant(proxy, "acme"), await createTenant(proxy, "bolt")];
    await acme.schedule("ada");
    const listed = async (bearer: string): Promise<number | undefined> => {
      const { status, json } = await ask("GET", "/api/sessions", { bearer });
      return status === 200 ? (json as { sessions: unknown[] }).sessions.length : undefined;
    };
    const operate = { scope: "operate" };
    expect(await listed(await acme.token("o", operate))).toBe(1);
    expect(await listed(await bolt.token("o", { ...operate, tenant: "acme" }))).toBe(0);
    expect(await listed(await tokenFor("o", operate))).toBe(0);
    // Acme's name, and another's key.
    expect(await listed(await signFor("acme", "o", operate, issuerOf("bolt").secret))).toBeUndefined();
    expect(await listed(await tokenFor("o", { ...operate, iss: issuerOf("acme").issuer }))).toBeUndefined();
  });

  test("where two share an issuer follows from the audience, and a token for both is nobody's", async () => {
    const { proxy, ask } = await startTenants();
    const shared = issuerOf("shared");
    await createTenant(proxy, "acme", { issuers: [{ ...shared, audience: "acme" }] });
    await createTenant(proxy, "bolt", { issuers: [{ ...shared, audience: "bolt" }] });
    const statusFor = async (aud?: string | string[]): Promise<number> => {
      const bearer = await signFor("shared", "o", { scope: "operate", ...(aud === undefined ? {} : { aud }) });
      return (await ask("GET", "/api/sessions", { bearer })).status;
    };
    expect(await statusFor("acme")).toBe(200);
    expect(await statusFor(["bolt", "else"])).toBe(200);
    expect(await statusFor(["acme", "bolt"])).toBe(401);
    expect(await statusFor()).toBe(401);
  });

  test("a service token that was removed opens nothing", async () => {
    const { proxy, ask } = await startTenants();
    const acme = await createTenant(proxy, "acme");
    const { serviceTokens } = (await ask("GET", "/api/tenants/acme")).json as TenantReply;
    expect((await ask("GET", "/api/sessions", { bearer: acme.serviceToken })).status).toBe(200);
    const altered = `${acme.serviceToken.slice(0, -1)}${acme.serviceToken.endsWith("A") ? "B" : "A"}`;
    expect((await ask("GET", "/api/sessions", { bearer: altered })).status).toBe(401);
    await ask("DELETE", `/api/tenants/acme/service-tokens/${serviceTokens[0]?.id}`);
    expect((await ask("GET", "/api/sessions", { bearer: acme.serviceToken })).status).toBe(401);
  });
});

describe("a tenant's settings", () => {
  test("its calls are made at its own service, with its own model, voice, persona and instructions", async () => {
    const own = await startSimulator({ media: "none", apiKeys: ["sk-of-acme-0123456789abcdef"] });
    onTestFinished(() => own.close());
    const { proxy, ask } = await startTenants();
    const acme = await createTenant(proxy, "acme", {
      baseUrl: own.baseUrl,
      model: "gpt-realtime-mini",
      voice: "cedar",
      instructions: "Talk about looms.",
      personas: [{ name: "tester", voice: "sage", instructions: "Ask about tests." }],
    });
    await acme.begin("ada");
    await acme.begin("eve", { aiPersona: "tester" });
    const [first, second] = own.calls().map(({ request }) => JSON.stringify(request.session));
    expect(first).toContain("gpt-realtime-mini");
    expect(first).toContain("cedar");
    expect(first).toContain("Talk about looms.");
    expect(second).toContain("sage");
    expect(second).toContain("Ask about tests.");
    expect(proxy.simulator.calls()).toEqual([]);
    // Others know nothing of its persona.
    const body = { person: "x", persona: "tester" };
    const bolt = await createTenant(proxy, "bolt");
    expect((await ask("POST", "/api/sessions", { bearer: bolt.serviceToken, body })).status).toBe(400);
  });

  test("only the voices that it may use are personas", async () => {
    const { proxy, ask } = await startTenants();
    const { serviceToken: bearer } = await createTenant(proxy, "acme", { voices: ["marin", "cedar"] });
    const statusWith = async (persona: string): Promise<number> =>
      (await ask("POST", "/api/sessions", { bearer, body: { person: "x", persona } })).status;
    expect(await statusWith("cedar")).toBe(201);
    expect(await statusWith("sage")).toBe(400);
  });

  test("its limits hold for it alone, and a change of them acts on the next session", async () => {
    const { proxy, ask } = await startTenants();
    const acme = await createTenant(proxy, "acme", { limits: { concurrentSessions: 1, secondsPerSession: 60 } });
    const bolt = await createTenant(proxy, "bolt");
    const { sessionId } = await acme.begin("ada");
    expect((await ask("GET", `/api/sessions/${sessionId}`, { bearer: acme.serviceToken })).json).toMatchObject({
      limits: { maxDurationSeconds: 60 },
    });
    const refusal = async (person: string): Promise<string> => {
      const socket = proxy.connect("/", ["bearer", await acme.token(person)]);
      socket.send({ type: "init" });
      const answer = await socket.next("initialized", "error");
      return answer.type === "error" ? answer.code : "admitted";
    };
    expect(await refusal("eve")).toBe("QUOTA_EXCEEDED");
    await bolt.begin("ada");
    await bolt.begin("eve");
    await ask("PATCH", "/api/tenants/acme", { body: { limits: { sessionsPerPersonAndHour: 1 } } });
    expect(await refusal("ada")).toBe("QUOTA_EXCEEDED");
    expect(await refusal("eve")).toBe("admitted");
  });

  test("what a month may cost holds for the sessions that begin when it is used up", async () => {
    const { proxy, ask } = await startTenants();
    const acme = await createTenant(proxy, "acme", { limits: { monthly: { tokens: 1 } } });
    const first = await acme.begin("ada");
    const spent = async (): Promise<number> => {
      const { json } = await ask("GET", "/api/usage", { bearer: acme.serviceToken });
      return (json as { usage: { outputTextTokens: number } }).usage.outputTextTokens;
    };
    await expect.poll(spent, { timeout: 15_000 }).toBeGreaterThan(0);
    const socket = proxy.connect("/", ["bearer", await acme.token("eve")]);
    socket.send({ type: "init" });
    expect(await socket.next("error")).toMatchObject({ code: "QUOTA_EXCEEDED" });
    expect(await first.socket.isAlive()).toBe(true);
  });

  test("its pages are let in from its own origins", async () => {
    const { proxy, ask } = await startTenants({ settings: { ALLOWED_ORIGINS: "https://server.example" } });
    const acme = await createTenant(proxy, "acme", { allowedOrigins: ["https://acme.example"] });
    const bolt = await createTenant(proxy, "bolt");
    const statusFrom = async (origin: string, bearer: string): Promise<number> =>
      (await ask("GET", "/api/sessions", { bearer, headers: { origin } })).status;
    expect(await statusFrom("https://acme.example", acme.serviceToken)).toBe(200);
    expect(await statusFrom("https://acme.example", bolt.serviceToken)).toBe(403);
    expect(await statusFrom("https://server.example", acme.serviceToken)).toBe(403);
    expect(await statusFrom("https://server.example", bolt.serviceToken)).toBe(200);
    expect(await statusFrom("https://else.example", acme.serviceToken)).toBe(403);
    const socket = proxy.connect("/", ["bearer", await bolt.token("ada")], { origin: "https://acme.example" });
    expect(await socket.next("error")).toMatchObject({ code: "ORIGIN_NOT_ALLOWED" });
  });

  test("one may open data channels while the others seal them", async () => {
    const { proxy } = await startTenants({ settings: { VOICE_API: "realtime" } });
    const acme = await createTenant(proxy, "acme", { dataChannel: "open" });
    const bolt = await createTenant(proxy, "bolt");
    const channelOf = async (token: string): Promise<string> => {
      const socket = proxy.connect("/", ["bearer", token]);
      const welcome = await socket.next("welcome");
      socket.send({ type: "init" });
      const { dataChannel } = await socket.next("initialized");
      expect(welcome.dataChannel).toBe(dataChannel);
      return dataChannel;
    };
    expect(await channelOf(await acme.token("ada"))).toBe("optional");
    expect(await channelOf(await bolt.token("ada"))).toBe("none");
    const secretFor = async (bearer: string): Promise<number> =>
      (await asker(proxy, bearer)("POST", "/v1/realtime/client_secrets")).status;
    expect(await secretFor(await acme.token("ada"))).toBe(200);
    expect(await secretFor(await bolt.token("ada"))).toBe(403);
  });
});

test("disabling a tenant ends what runs and turns everybody away, until it is enabled again", async () => {
  const { proxy, ask } = await startTenants();
  const [acme, bolt] = [await createTenant(proxy, "acme"), await createTenant(proxy, "bolt")];
  const [mine, theirs] = [await acme.begin("ada"), await bolt.begin("ada")];
  const waiting = await acme.schedule("eve");
  const token = await acme.token("ada");
  await ask("POST", "/api/tenants/acme/disable");
  expect(await mine.socket.next("ended")).toMatchObject({ reason: "ended_by_service" });
  expect(await theirs.socket.isAlive()).toBe(true);
  const refused = { status: 401 };
  expect(await ask("GET", "/api/sessions", { bearer: acme.serviceToken })).toMatchObject(refused);
  const exchange = { sdpOffer: audioOffer };
  for (const bearer of [token, waiting.ticket])
    expect(await ask("POST", "/api/sdp-exchange", { bearer, body: exchange })).toMatchObject(refused);
  expect((await ask("GET", `/api/sessions/${mine.sessionId}/transcript`, { bearer: mine.resumeToken })).status).toBe(
    403,
  );
  await expect.poll(() => proxy.simulator.liveCalls().length).toBe(1);
  await ask("POST", "/api/tenants/acme/enable");
  expect((await ask("GET", "/api/sessions", { bearer: acme.serviceToken })).status).toBe(200);
});

test("a key that is replaced under running interviews, and revoked at once, disturbs none of them", {
  timeout: 60_000,
}, async () => {
  const keys = ["sk-of-acme-0123456789abcdef"];
  const own = await startSimulator({ media: "none", wordsPerSecond: 20, apiKeys: keys });
  onTestFinished(() => own.close());
  const { proxy, ask } = await startTenants({ settings: { CONNECTIONS_PER_MINUTE: "10000" } });
  const acme = await createTenant(proxy, "acme", { baseUrl: own.baseUrl });
  const running = await Promise.all(Array.from({ length: 50 }, (_, n) => acme.begin(`person-${n}`)));
  await ask("POST", "/api/tenants/acme/key", { body: { apiKey: "sk-new-of-acme" } });
  keys.splice(0, 1, "sk-new-of-acme");
  for (const { socket } of running) {
    socket.messages.splice(0);
    await socket.next("turn");
    expect(socket.messages.filter(({ type }) => ["error", "reoffer", "ended"].includes(type))).toEqual([]);
  }
  // The next call is made with the new key, and all are hung up with it.
  running.push(await acme.begin("late"));
  for (const { socket } of running) socket.send({ type: "disconnect" });
  await expect.poll(() => own.liveCalls().length, { timeout: 15_000 }).toBe(0);
  expect(own.calls().map(({ endReason }) => endReason)).toEqual(running.map(() => own.calls()[0]?.endReason));
  expect(own.calls()[0]?.endReason).toMatch(/hangup|session_closed/);
});

test("calls that were made at another service are hung up there", async () => {
  const [before, after] = await Promise.all([0, 1].map(() => startSimulator({ media: "none" })));
  if (before === undefined || after === undefined) throw new Error("No simulator was started.");
  onTestFinished(async () => {
    await before.close();
    await after.close();
  });
  const { proxy, ask } = await startTenants();
  const acme = await createTenant(proxy, "acme", { baseUrl: before.baseUrl });
  const { socket } = await acme.begin("ada");
  await ask("PATCH", "/api/tenants/acme", { body: { baseUrl: after.baseUrl, apiKey: "sk-elsewhere" } });
  socket.send({ type: "disconnect" });
  await expect.poll(() => before.liveCalls().length).toBe(0);
  await acme.begin("ada");
  expect(after.liveCalls()).toHaveLength(1);
});
