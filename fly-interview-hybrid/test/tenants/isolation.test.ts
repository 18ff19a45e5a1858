import { expect, test } from "vitest";
import type { CreatedInvitation } from "@interview-proxy/protocol";
import { openOperatorPage } from "../doors/operator-page.ts";
import {
  type DescribedRoute,
  NOT_DESCRIBED,
  readDocument,
  replyOf,
  requestOf,
  routesOf,
  routesOfRouter,
} from "../reference/api-document.ts";
import { ToldReplies } from "../reference/told-replies.ts";
import { type Ask, asker, type Begun, createTenant, startTenants, type TenantUnderTest } from "./two-tenants.ts";

/** A body may name a session, too. */
function namesSession({ example }: DescribedRoute): boolean {
  return example !== undefined && JSON.stringify(example.value).includes('"sessionId"');
}

interface Populated {
  readonly begun: Begun;
  readonly invitationId: string;
  readonly markers: readonly string[];
}

/** The same person, name and persona in both, and something that only this one has. */
async function populate(tenant: TenantUnderTest, ask: Ask): Promise<Populated> {
  const mark = `MARK-OF-${tenant.id}`;
  const waiting = await tenant.schedule("ada", { metadata: { note: mark }, instructions: `${mark}: be kind.` });
  const begun = await tenant.begin("ada", { sessionId: "interview-1" });
  const invited = await ask("POST", "/api/invitations", { bearer: tenant.serviceToken, body: { person: "ada" } });
  const { invitationId } = invited.json as CreatedInvitation;
  const markers = [tenant.id, mark, waiting.sessionId, begun.sessionId, begun.callId, invitationId, tenant.apiKey];
  return { begun, invitationId, markers };
}

test("whatever one tenant asks for, it finds nothing of another's", { timeout: 180_000 }, async () => {
  const { proxy, ask } = await startTenants({ settings: { DATA_CHANNEL: "open" } });
  const [a, b] = [await createTenant(proxy, "acme"), await createTenant(proxy, "bolt")];
  const [mine, theirs] = [await populate(a, ask), await populate(b, ask)];
  const waitingIds = theirs.markers.filter((marker) => marker.startsWith("ses_"));
  const credentials = {
    person: await a.token("ada"),
    operator: await a.token("olga", { scope: "operate observe interview" }),
    admin: await a.token("adam", { scope: "admin operate" }),
    backend: a.serviceToken,
    "resume token": mine.begun.resumeToken,
    page: (await openOperatorPage(proxy, await a.token("olga", { scope: "operate observe" }))).headers,
  };
  const document = await readDocument(proxy);
  const routes = routesOf(document);
  const described = routes.map(({ method, path }) => `${method} ${path}`);
  expect([...described, ...NOT_DESCRIBED].toSorted(), "a route is walked by being there").toEqual(
    routesOfRouter(proxy),
  );
  const told = new ToldReplies(document);
  const ids = [...waitingIds, theirs.begun.callId, theirs.invitationId, b.id];
  const logBefore = proxy.logLines.length;
  const faults: string[] = [];

  for (const route of routes) {
    for (const [who, signedIn] of Object.entries(credentials)) {
      for (const id of route.path.includes("{") ? ids : [theirs.begun.sessionId]) {
        // A person of this name is there in both.
        const path = route.path.replace("{sub}", "ada").replaceAll(/\{\w+\}/g, id);
        const reply = await replyOf(
          proxy,
          route,
          path,
          requestOf(route, signedIn, namesSession(route) ? { sessionId: id } : {}),
        );
        const where = `${route.method} ${path} as ${who}`;
        const leaked = theirs.markers.filter((marker) => !path.includes(marker) && reply.text.includes(marker));
        if (leaked.length > 0) faults.push(`${where} tells ${leaked.join()}`);
        const isMeant = /\{(?!sub)/.test(route.path) || /^\/api\/(tenants|audit)/.test(route.path);
        if (isMeant && ![401, 403, 404].includes(reply.status))
          faults.push(`${where} is answered with ${reply.status}`);
        const untold = told.faultOf(route, reply);
        if (untold !== undefined) faults.push(untold);
      }
    }
  }

  expect(faults).toEqual([]);
  // What a request named is not logged either, but for what became of it.
  for (const line of proxy.logLines.slice(logBefore)) expect(line).not.toContain(theirs.begun.sessionId);
  // Who has the same name there is somebody else.
  const erased = await ask("DELETE", "/api/persons/ada?end=true", { bearer: credentials.operator });
  expect(erased.status).toBe(200);
  // And the other has all that it had.
  const left = await ask("GET", "/api/sessions", { bearer: b.serviceToken });
  expect((left.json as { sessions: { status: string }[] }).sessions.map(({ status }) => status).toSorted()).toEqual([
    "running",
    "scheduled",
  ]);
  expect(await theirs.begun.socket.isAlive()).toBe(true);
  expect(proxy.simulator.calls().filter(({ state }) => state !== "ended").length).toBeGreaterThan(0);
});

test("a client's own name for its session is another session in another tenant", async () => {
  const { proxy, ask } = await startTenants();
  const [a, b] = [await createTenant(proxy, "acme"), await createTenant(proxy, "bolt")];
  const [mine, theirs] = [await populate(a, ask), await populate(b, ask)];
  expect(mine.begun.sessionId).not.toBe(theirs.begun.sessionId);
  const socket = proxy.connect("/", ["bearer", await a.token("ada")]);
  for (const init of [{ sessionId: theirs.begun.sessionId }, { resumeToken: theirs.begun.resumeToken }]) {
    socket.send({ type: "init", ...init });
    expect(await socket.next("error")).toMatchObject({ code: "SESSION_FORBIDDEN" });
  }
  // The attempt has not spent the token.
  const owner = proxy.connect("/", ["bearer", await b.token("ada")]);
  owner.send({ type: "init", resumeToken: theirs.begun.resumeToken });
  expect(await owner.next("initialized")).toMatchObject({ sessionId: theirs.begun.sessionId, resumed: true });
});

test("what one tenant is told happens is its own alone", async () => {
  const { proxy } = await startTenants();
  const [a, b] = [await createTenant(proxy, "acme"), await createTenant(proxy, "bolt")];
  const mine = await a.begin("ada");
  await b.begin("ada");
  await mine.socket.next("turn");
  mine.socket.send({ type: "disconnect" });
  await mine.socket.next("disconnected");
  const usage = await asker(proxy, a.serviceToken)("GET", "/api/usage");
  const own = await asker(proxy, a.serviceToken)("GET", `/api/sessions/${mine.sessionId}`);
  expect((usage.json as { usage: unknown }).usage).toEqual((own.json as { usage: unknown }).usage);
  const named = mine.socket.messages.flatMap((message) => ("sessionId" in message ? [message.sessionId] : []));
  expect(named.filter((id) => id !== mine.sessionId)).toEqual([]);
});
