import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type {
  CreatedInvitation,
  SdpExchangeResponse,
  ServiceTokenReply,
  SessionTicket,
} from "@interview-proxy/protocol";
import { Validator } from "@seriousme/openapi-schema-validator";
import { describe, expect, test } from "vitest";
import { readEvents } from "../doors/event-reader.ts";
import { type ProxyUnderTest, startProxy, tokenFor } from "../doors/start-proxy.ts";
import { openOperatorPage } from "../doors/operator-page.ts";
import { startTenants } from "../tenants/two-tenants.ts";
import {
  type DescribedRoute,
  NOT_DESCRIBED,
  readDocument,
  replyOf,
  requestOf,
  routesOf,
  routesOfRouter,
  type SignedIn,
} from "./api-document.ts";
import { type RealReply, ToldReplies } from "./told-replies.ts";

/** Those of a WebSocket, which are answered otherwise. */
const isUpgrade = ({ operation }: DescribedRoute): boolean => "101" in operation.responses;

/** Those that a server with the other voice API has. */
const isOfOther = (api: string, { path }: DescribedRoute): boolean =>
  path.startsWith(api === "realtime" ? "/v1/live" : "/v1/realtime");

function pathOf({ path }: DescribedRoute, ids: Readonly<Record<string, string>>): string {
  return path.replaceAll(/\{(\w+)\}/g, (_whole, name: string) => ids[name] ?? "none");
}

describe("/api/openapi.json", () => {
  test("is valid OpenAPI 3.1, and names each route and each type once", async () => {
    const proxy = await startProxy();
    const document = await readDocument(proxy);
    expect(await new Validator().validate({ ...document })).toEqual({ valid: true });
    const ids = routesOf(document).map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(document).toMatchObject({ openapi: "3.1.1", servers: [{ url: "/" }] });
  });

  test("has every route that the router has, but for pages", async () => {
    const proxy = await startProxy();
    const described = routesOf(await readDocument(proxy)).map(({ method, path }) => `${method} ${path}`);
    expect([...described, ...NOT_DESCRIBED].toSorted()).toEqual(routesOfRouter(proxy));
  });

  test("has no route that the guides do not mention", async () => {
    const folder = join(import.meta.dirname, "../../../docs");
    const guides = readdirSync(folder).filter((name) => name.endsWith(".md"));
    const text = guides.map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
    const routes = routesOf(await readDocument(await startProxy()));
    const missing = routes
      .map(({ method, path }) => `${method} ${path}`)
      .filter((route) => !text.includes(`\`${route}`));
    expect(missing).toEqual([]);
  });

  test("has the address of the settings", async () => {
    const proxy = await startProxy({ settings: { PUBLIC_URL: "https://interviews.example" } });
    const document = await readDocument(proxy);
    expect(document).toMatchObject({ servers: [{ url: "https://interviews.example" }] });
  });

  test("gives examples that its own types take", async () => {
    const told = new ToldReplies(await readDocument(await startProxy()));
    expect(told.routes.filter(({ example }) => example !== undefined).length).toBeGreaterThan(10);
    expect(told.routes.flatMap((route) => told.faultOfExample(route) ?? [])).toEqual([]);
  });
});

describe.each(["realtime", "live"])("with %s, /api/openapi.json tells", (api) => {
  const start = async (): Promise<{ readonly proxy: ProxyUnderTest; readonly told: ToldReplies }> => {
    const settings = {
      VOICE_API: api,
      DATA_CHANNEL: "open",
      ALLOW_SIMULATION: "true",
      PRECHECK_CALL: "true",
      CALLS_PER_MINUTE: "10000",
      OFFERS_PER_MINUTE: "10000",
    };
    const { proxy } = await startTenants({ settings });
    return { proxy, told: new ToldReplies(await readDocument(proxy)) };
  };

  test("what every route answers, where all is well", { timeout: 60_000 }, async () => {
    const { proxy, told } = await start();
    const [ada, olga, adam] = [
      await tokenFor("ada"),
      await tokenFor("olga", { scope: "operate observe" }),
      await tokenFor("adam", { scope: "admin" }),
    ];
    const seen = new Set<string>();
    const faults: string[] = [];
    const { headers: page } = await openOperatorPage(proxy, olga);
    const call = async (
      name: string,
      {
        as,
        ids = {},
        query = "",
        change = {},
      }: {
        readonly as?: SignedIn;
        readonly ids?: Readonly<Record<string, string>>;
        readonly query?: string;
        readonly change?: object;
      } = {},
    ): Promise<RealReply> => {
      const route = told.routes.find(({ operation }) => operation.operationId === name);
      if (route === undefined) throw new Error(`There is no ${name}.`);
      const reply = await replyOf(proxy, route, pathOf(route, ids) + query, requestOf(route, as, change));
      expect(reply.status, `${name}: ${reply.text}`).toBeLessThan(300);
      faults.push(...[told.faultOf(route, reply) ?? []].flat());
      seen.add(name);
      return reply;
    };

    for (const name of ["getHealth", "getReadiness", "getMetrics", "getOpenApi", "getDocs"]) await call(name);

    for (const name of ["preCheck", "makeTestCall"]) await call(name, { as: ada });
    const { sessionId } = (await call("exchangeSdp", { as: ada })).json as SdpExchangeResponse;
    const own = { as: olga, ids: { id: sessionId } };
    const reader = await readEvents(proxy, sessionId, olga);
    // Until the server hears the call, nothing can be typed into it.
    await reader.next("transcript_delta");
    reader.leave();
    for (const name of ["sayTyped", "noteMuted", "noteConnection"]) await call(name, { ...own, as: ada });
    await call("guideInterviewer", own);
    await call("getSession", own);
    await call("getTranscript", { ...own, as: ada });
    await call("verifyTranscript", own);
    for (const query of ["?format=text", "?format=vtt"]) await call("getTranscript", { ...own, query });
    await call("endSession", own);
    await call("deleteSession", { ...own, as: ada });
    await call("endSession", { ...own, change: { goodbye: false } });
    await call("followSession", own);
    await call("eraseTranscript", own);

    const waiting = (await call("createSession", { as: olga })).json as SessionTicket;
    await call("issueTicket", { as: olga, ids: { id: waiting.sessionId } });
    const invited = (await call("createInvitation", { as: olga })).json as CreatedInvitation;
    const { invitation, invitationId } = invited;
    await call("redeemInvitation", { change: { invitation } });
    await call("getInvitation", { as: olga, ids: { id: invitationId } });
    await call("revokeInvitation", { as: olga, ids: { id: invitationId } });
    for (const name of ["listSessions", "listInvitations", "getUsage", "listDeadLetters"])
      await call(name, { as: olga });

    await call("signInOperator", { change: { token: olga } });
    for (const name of ["getOperator", "watchSessions", "signOutOperator"]) await call(name, { as: page });

    if (api === "realtime") {
      await call("createClientSecret", { as: ada });
      const { headers } = await call("createRealtimeCall", { as: ada });
      const id = headers.get("location")?.split("/").at(-1) ?? "";
      await call("hangUpRealtimeCall", { as: ada, ids: { id } });
    } else {
      const { session } = (await call("createLiveSession", { as: ada })).json as { session: { id: string } };
      await call("hangUpLiveSession", { as: ada, ids: session });
    }

    await call("exportPerson", { as: olga, ids: { sub: "ada" } });
    await call("erasePerson", { as: olga, ids: { sub: "ada" }, query: "?end=true" });

    const ofAcme = { as: adam, ids: { id: "acme" } };
    await call("createTenant", { as: adam });
    await call("changeTenant", ofAcme);
    await call("rotateTenantKey", ofAcme);
    const { id: tokenId } = (await call("addServiceToken", ofAcme)).json as ServiceTokenReply;
    for (const name of ["listTenants", "listActs"]) await call(name, { as: adam });
    await call("getTenant", ofAcme);
    await call("removeServiceToken", { as: adam, ids: { id: "acme", tokenId } });
    for (const name of ["exportTenant", "disableTenant", "enableTenant", "disableTenant", "deleteTenant"])
      await call(name, ofAcme);

    expect(faults).toEqual([]);
    const unseen = told.routes.filter((route) => !isUpgrade(route) && !isOfOther(api, route));
    const names = unseen.map(({ operation }) => operation.operationId).filter((name) => !seen.has(name));
    // It takes a day until a webhook is given up; webhooks.test.ts sends one again.
    expect(names).toEqual(["resendDeadLetter"]);
  });

  test("who may use a route, and who is refused is told so in its terms", { timeout: 180_000 }, async () => {
    const { proxy, told } = await start();
    const tokens: Readonly<Record<string, string>> = {
      interview: await tokenFor("ada"),
      observe: await tokenFor("olga", { scope: "observe" }),
      operate: await tokenFor("olga", { scope: "operate" }),
      admin: await tokenFor("adam", { scope: "admin" }),
    };
    const pages: Readonly<Record<string, Readonly<Record<string, string>>>> = {
      "page that observes": (await openOperatorPage(proxy, tokens["observe"] ?? "")).headers,
      "page that operates": (await openOperatorPage(proxy, tokens["operate"] ?? "")).headers,
    };
    const find = (name: string): DescribedRoute => {
      const route = told.routes.find(({ operation }) => operation.operationId === name);
      if (route === undefined) throw new Error(`There is no ${name}.`);
      return route;
    };
    /** A session of Ada's own, as no request before has left it. */
    const begin = async (): Promise<{
      readonly ids: Readonly<Record<string, string>>;
      readonly resumeToken: string;
    }> => {
      const route = find(api === "realtime" ? "createRealtimeCall" : "createLiveSession");
      const { status, headers, json } = await proxy.fetch(route.path, requestOf(route, tokens["interview"]));
      expect(status).toBe(201);
      const called = headers.get("location")?.split("/").at(-1) ?? (json as { session: { id: string } }).session.id;
      return {
        ids: { session: headers.get("x-interview-session") ?? "", call: called, sub: "ada" },
        resumeToken: headers.get("x-interview-resume-token") ?? "",
      };
    };
    const endSession = async ({ ids }: Begun): Promise<void> => {
      const route = find("deleteSession");
      const path = pathOf(route, { id: ids["session"] ?? "" });
      expect(await proxy.fetch(path, requestOf(route, tokens["interview"]))).toMatchObject({ status: 204 });
    };
    const faults: string[] = [];
    const check = async (route: DescribedRoute, who: string, { ids, resumeToken }: Begun): Promise<void> => {
      const signedIn = who === "resumeToken" ? resumeToken : (tokens[who] ?? pages[who]);
      const query = who === "simulation" ? "?simulation=true" : "";
      const id = route.path.startsWith("/v1/") ? ids["call"] : ids["session"];
      const path = pathOf(route, { ...ids, ...(id !== undefined && { id }) });
      const reply = await replyOf(proxy, route, path + query, requestOf(route, signedIn, nameless(route, who)));
      // What is not there for somebody may not be there for anybody.
      const isFault = mayUse(route, who) ? [401, 403].includes(reply.status) : ![401, 403, 404].includes(reply.status);
      if (isFault) faults.push(`${route.method} ${path} as ${who} is answered with ${reply.text}`);
      faults.push(...[told.faultOf(route, reply) ?? []].flat());
    };

    const walked = told.routes.filter(
      (route) => !isUpgrade(route) && !isOpen(route) && (api === "realtime" ? !isOfOther(api, route) : isOfLive(route)),
    );
    const shared = await begin();
    // Whoever has signed out may do nothing any more.
    for (const route of walked.toSorted((a, b) => Number(isSignOut(a)) - Number(isSignOut(b)))) {
      const begun = isOfSession(route) ? await begin() : shared;
      // Its stream would last as long as the session does.
      if (route.operation.operationId === "followSession") await endSession(begun);
      // Those first who may not, and so leave everything as it is.
      const everybody = ["nobody", "simulation", ...Object.keys(tokens), ...Object.keys(pages), "resumeToken"];
      const inTurn = everybody.toSorted((a, b) => Number(mayUse(route, a)) - Number(mayUse(route, b)));
      for (const who of inTurn) await check(route, who, begun);
      await endSession(begun);
    }
    expect(faults).toEqual([]);
  });
});

/** A session of Ada's own. */
interface Begun {
  readonly ids: Readonly<Record<string, string>>;
  readonly resumeToken: string;
}

const SCOPES_OF_PAGES: Readonly<Record<string, string>> = {
  "page that observes": "observe",
  "page that operates": "operate",
};

function mayUse({ operation }: DescribedRoute, who: string): boolean {
  const ofPage = SCOPES_OF_PAGES[who] ?? "";
  return operation.security.some(
    (way) => who in way || way["token"]?.includes(who) === true || way["operatorCookie"]?.includes(ofPage) === true,
  );
}

/** A route that needs a session which is as no request before has left it. */
const isOfSession = ({ path }: DescribedRoute): boolean => /^\/(v1|api\/sessions\/\{id\}|api\/sdp)/.test(path);

const isOfLive = ({ path }: DescribedRoute): boolean => path.startsWith("/v1/live");

const isSignOut = ({ operation }: DescribedRoute): boolean => operation.operationId === "signOutOperator";

/** What asks for no sign-in has its own reasons to refuse. */
function isOpen({ operation }: DescribedRoute): boolean {
  return operation.security.length === 0;
}

/** The name of the example is another session's than the resume token's. */
function nameless({ operation }: DescribedRoute, who: string): object {
  return operation.operationId === "exchangeSdp" && who === "resumeToken" ? { sessionId: undefined } : {};
}
