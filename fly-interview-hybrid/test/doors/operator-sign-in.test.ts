import { describe, expect, test } from "vitest";
import { createFakeClock } from "../fake-clock.ts";
import { readEvents } from "./event-reader.ts";
import { openOperatorPage, signIn } from "./operator-page.ts";
import { SERVICE, startPlatform, UNKNOWN_ID } from "./platform.ts";
import { ticketFor, tokenFor } from "./start-proxy.ts";

const EIGHT_HOURS_MS = 8 * 3600 * 1000;

describe("an operator signs in", () => {
  test("with a token, and a cookie stands for it that no script can read and no other page can send", async () => {
    const { proxy } = await startPlatform();
    const reply = await signIn(proxy, await tokenFor("olga", { scope: "observe operate admin" }));
    expect(reply).toMatchObject({
      status: 200,
      json: { operator: { sub: "olga", tenant: "default", scopes: ["observe", "operate"] } },
    });
    const [pair = "", ...attributes] = (reply.headers.get("set-cookie") ?? "").split("; ");
    expect(pair).toMatch(/^operator=eyJ/);
    expect(attributes.filter((each) => !each.startsWith("Max-Age"))).toEqual(["Path=/", "HttpOnly", "SameSite=Strict"]);
    expect(reply.headers.get("cache-control")).toBe("no-store");
    expect(reply.headers.get("access-control-allow-credentials")).toBeNull();
  });

  test.each([
    ["behind a proxy that speaks TLS", { "x-forwarded-proto": "https" }],
    ["at any other host than this machine", { host: "interviews.example" }],
  ])("%s by a cookie that is bound to the host, and goes over TLS alone", async (_where, headers) => {
    const { proxy } = await startPlatform({ settings: { TRUST_PROXY: "1" } });
    // fetch lets nobody choose the host.
    const reply = await proxy.app.server.inject({
      method: "POST",
      url: "/api/operators/login",
      headers: { host: "127.0.0.1:8080", ...headers },
      payload: { token: SERVICE },
    });
    expect(reply.headers["set-cookie"]).toMatch(
      /^__Host-operator=\S+; Path=\/; Max-Age=(28800|2879\d); HttpOnly; SameSite=Strict; Secure$/,
    );
    const cookie = String(reply.headers["set-cookie"]).split(";")[0] ?? "";
    const me = (sent: string): Promise<{ statusCode: number }> =>
      proxy.app.server.inject({
        url: "/api/operators/me",
        headers: { host: "127.0.0.1:8080", ...headers, cookie: sent },
      });
    expect((await me(cookie)).statusCode).toBe(200);
    expect((await me(cookie.replace("__Host-", ""))).statusCode, "any host of the domain can set this one").toBe(401);
  });

  test.each<[string, () => Promise<unknown>, number, string]>([
    ["none of ours", async () => "nonsense", 401, "UNAUTHENTICATED"],
    ["of long ago", () => tokenFor("olga", { scope: "operate", exp: 1 }), 401, "TOKEN_EXPIRED"],
    ["a candidate's", () => tokenFor("ada"), 403, "FORBIDDEN"],
    ["an administrator's alone", () => tokenFor("adam", { scope: "admin" }), 403, "FORBIDDEN"],
    ["one of a single session", () => tokenFor("o", { scope: "operate", session: UNKNOWN_ID }), 403, "FORBIDDEN"],
    ["a candidate's ticket", () => ticketFor("ada"), 403, "FORBIDDEN"],
    ["no text", async () => 7, 400, "INVALID_MESSAGE"],
  ])("but not with a token that is %s", async (_which, token, status, code) => {
    const { proxy } = await startPlatform();
    const reply = await signIn(proxy, await token());
    expect(reply).toMatchObject({ status, json: { error: { code } } });
    expect(reply.headers.get("set-cookie")).toBeNull();
  });

  test("only from the server's own page, and not for ever again", async () => {
    const { proxy } = await startPlatform();
    for (const headers of [
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { origin: "http://localhost:3000" },
    ])
      expect(await signIn(proxy, SERVICE, headers)).toMatchObject({
        status: 403,
        json: { error: { code: "CSRF_TOKEN_INVALID" } },
      });
    const statuses = [];
    for (let n = 0; n < 21; n += 1) statuses.push((await signIn(proxy, "nonsense")).status);
    expect(statuses.at(0)).toBe(401);
    expect(await signIn(proxy, SERVICE)).toMatchObject({ status: 429, json: { error: { code: "RATE_LIMITED" } } });
  });

  test("for no longer than the token holds, and for eight hours at most", async () => {
    const clock = createFakeClock(Math.floor(Date.now() / 1000) * 1000);
    const { proxy } = await startPlatform({ clock });
    const short = await openOperatorPage(
      proxy,
      await tokenFor("olga", { scope: "observe", exp: clock.now() / 1000 + 20 }),
    );
    const long = await openOperatorPage(proxy, SERVICE);
    expect(Date.parse(long.session.expiresAt)).toBe(clock.now() + EIGHT_HOURS_MS);
    const left = Date.parse(short.session.expiresAt) - clock.now();
    expect(left).toBe(20_000);
    await clock.advance(left - 1000);
    expect(await short.ask("GET", "/api/operators/me")).toMatchObject({ status: 200, json: short.session });
    await clock.advance(1000);
    expect(await short.ask("GET", "/api/sessions")).toMatchObject({
      status: 401,
      json: { error: { code: "TOKEN_EXPIRED" } },
    });
    expect((await long.ask("GET", "/api/operators/me")).status).toBe(200);
  });
});

describe("the cookie of an operator", () => {
  test("opens what its scopes permit, and nothing else", async () => {
    const { proxy, create } = await startPlatform();
    const { sessionId } = await create("ada");
    const observer = await openOperatorPage(proxy, await tokenFor("olga", { scope: "observe interview" }));
    const operator = await openOperatorPage(proxy, SERVICE);
    expect((await observer.ask("GET", `/api/sessions/${sessionId}`)).status).toBe(200);
    for (const [method, path] of [
      ["POST", `/api/sessions/${sessionId}/end`],
      ["POST", `/api/sessions/${sessionId}/guidance`],
      ["DELETE", `/api/sessions/${sessionId}`],
      ["POST", "/api/sessions"],
    ] as const) {
      const body = path.endsWith("guidance") ? { text: "Go on." } : path.endsWith("s") ? { person: "ada" } : {};
      expect(await observer.ask(method, path, { body }), `${method} ${path}`).toMatchObject({
        status: 403,
        json: { error: { code: method === "DELETE" ? "SESSION_FORBIDDEN" : "FORBIDDEN" } },
      });
    }
    // It is of a person who looks after interviews, not of one who holds or administers them.
    for (const [method, path] of [
      ["POST", "/api/sdp-exchange"],
      ["POST", "/api/pre-check"],
      ["GET", "/api/tenants"],
    ] as const)
      expect((await operator.ask(method, path)).status, `${method} ${path}`).toBe(401);
    expect((await operator.ask("DELETE", `/api/sessions/${sessionId}`)).status).toBe(204);
  });

  test("changes something only with the mark of its own page", async () => {
    const { proxy, create } = await startPlatform();
    const { sessionId } = await create("ada");
    const page = await openOperatorPage(proxy, SERVICE);
    const other = await openOperatorPage(proxy, SERVICE);
    for (const headers of [
      { "x-csrf-token": undefined },
      { "x-csrf-token": "" },
      { "x-csrf-token": "nonsense" },
      { "x-csrf-token": other.session.csrfToken },
      { origin: "https://elsewhere.example" },
      { origin: "http://localhost:3000" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
    ]) {
      const reply = await page.ask("DELETE", `/api/sessions/${sessionId}`, { headers });
      expect(reply.status, `with ${JSON.stringify(headers)}`).toBe(403);
      // A page of an origin that nobody allows does not even come so far.
      expect(["CSRF_TOKEN_INVALID", "ORIGIN_NOT_ALLOWED"]).toContain(
        (reply.json as { error: { code: string } }).error.code,
      );
    }
    for (const site of ["cross-site", "same-site"])
      expect((await page.ask("GET", "/api/sessions", { headers: { "sec-fetch-site": site } })).status).toBe(403);
    expect(await page.ask("GET", `/api/sessions/${sessionId}`)).toMatchObject({ json: { status: "scheduled" } });
    // A program has no pages to be told apart, but it needs the mark.
    const program = { origin: undefined, "sec-fetch-site": undefined };
    expect((await page.ask("DELETE", `/api/sessions/${sessionId}`, { headers: program })).status).toBe(204);
  });

  test("counts for nothing beside a token, and nothing altered counts for it", async () => {
    const { proxy } = await startPlatform();
    const page = await openOperatorPage(proxy, SERVICE);
    const me = (cookie: string): Promise<{ status: number }> =>
      page.ask("GET", "/api/operators/me", { headers: { cookie } });
    expect((await me(`theme=dark; ${page.cookie}; x=y`)).status).toBe(200);
    expect((await me(`${page.cookie.slice(0, -3)}abc`)).status).toBe(401);
    expect((await me("operator=")).status).toBe(401);
    expect((await me(`operator=${await tokenFor("olga", { scope: "operate" })}`)).status).toBe(401);
    const asAda = { authorization: `Bearer ${await tokenFor("ada")}` };
    expect((await page.ask("GET", "/api/sessions", { headers: asAda })).status).toBe(403);
    // And as a token it is none.
    const bearer = page.cookie.slice("operator=".length);
    expect((await proxy.fetch("/api/sessions", { headers: { authorization: `Bearer ${bearer}` } })).status).toBe(401);
  });

  test("is good for nothing after its operator has signed out, and streams end with it", async () => {
    const { proxy, create } = await startPlatform();
    const { sessionId } = await create("ada");
    const page = await openOperatorPage(proxy, SERVICE);
    const other = await openOperatorPage(proxy, SERVICE);
    const reader = await readEvents(proxy, sessionId, { cookie: page.cookie });
    const left = await readEvents(proxy, sessionId, { cookie: other.cookie });
    expect((await page.ask("POST", "/api/operators/logout", { headers: { "x-csrf-token": undefined } })).status).toBe(
      403,
    );
    const out = await page.ask("POST", "/api/operators/logout");
    expect(out.status).toBe(204);
    expect(out.headers.get("set-cookie")).toMatch(/^operator=; Path=\/; Max-Age=0;/);
    expect(await reader.closed).toBe("ended");
    expect((await page.ask("GET", "/api/operators/me")).status).toBe(401);
    expect((await other.ask("GET", "/api/operators/me")).status).toBe(200);
    await create("eve");
    left.leave();
    expect(await left.closed).toBe("cut");
  });
});
