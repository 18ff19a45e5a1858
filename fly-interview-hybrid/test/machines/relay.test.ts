import { once as nextOf } from "node:events";
import type { SdpExchangeResponse, SessionTicket } from "@interview-proxy/protocol";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";
import { type EventReader, readEvents } from "../doors/event-reader.ts";
import { SERVICE } from "../doors/platform.ts";
import { expectNoCallLeft, toldBy } from "../doors/provider-log.ts";
import type { SocketClient } from "../doors/socket-client.ts";
import type { ProxyUnderTest } from "../doors/start-proxy.ts";
import { audioOffer } from "../sample-sdp.ts";
import { openRelayPasses } from "../../src/auth/relay-passes.ts";
import { systemClock } from "../../src/clock.ts";
import { openRecords } from "../../src/records/registry.ts";
import { RELAY_HEADER } from "../../src/doors/relay/relay-header.ts";
import { startPostgres, type PostgresServer } from "../servers/postgres-server.ts";
import { begin, comeBack, type Interview, openPlace, type SharedPlace } from "./two-machines.ts";

let server: PostgresServer;
beforeAll(async () => {
  server = await startPostgres();
}, 60_000);
afterAll(() => server.stop());

const REACHABLE = { INTERNAL_HOST: "127.0.0.1", SERVICE_TOKEN: SERVICE };
const ada = { tenant: "default", person: "ada", countedAs: "ada", session: undefined };

/** The machine that runs what is begun there, and one to which clients come. */
async function startTwo(settings = {}): Promise<{ place: SharedPlace; owner: ProxyUnderTest; other: ProxyUnderTest }> {
  const place = await openPlace(server);
  const owner = await place.start({ ...REACHABLE, ...settings });
  return { place, owner, other: await place.start({ ...REACHABLE, ...settings }) };
}

type Reply = Awaited<ReturnType<ProxyUnderTest["fetch"]>>;

/** Asks as the platform's backend, until the machine that is asked knows the other one. */
async function ask(machine: ProxyUnderTest, method: string, path: string, body?: unknown): Promise<Reply> {
  const headers = { authorization: `Bearer ${SERVICE}`, "content-type": "application/json" };
  for (;;) {
    const reply = await (body === undefined
      ? machine.fetch(path, { method, headers: { authorization: headers.authorization } })
      : machine.fetch(path, { method, headers, body: JSON.stringify(body) }));
    if (!isBusy(reply)) return reply;
  }
}

function isBusy({ json }: Pick<Reply, "json">): boolean {
  return (json as { error?: { code: string } } | undefined)?.error?.code === "SESSION_BUSY";
}

/** Waits until each of two machines knows the other. */
async function meet(one: ProxyUnderTest, other: ProxyUnderTest): Promise<void> {
  for (const [here, there] of [
    [one, other],
    [other, one],
  ] as const) {
    const { sessionId } = await begin(here, "eve");
    await ask(there, "GET", `/api/sessions/${sessionId}/transcript`);
  }
}

/** Reads the events of a session as the platform does: again where it is told to. */
async function watch(machine: ProxyUnderTest, sessionId: string): Promise<EventReader> {
  for (;;) {
    const reader = await readEvents(machine, sessionId, SERVICE);
    if (reader.status !== 409) return reader;
  }
}

describe("a page that comes to another machine than its session's", () => {
  test("talks with it: it hears what is said, makes calls, and ends it", { timeout: 30_000 }, async () => {
    const { place, owner, other } = await startTwo();
    const interview = await begin(owner, "ada");
    const back = await comeBack(other, interview);
    expect(await interview.socket.next("error")).toMatchObject({ code: "SESSION_TAKEN_OVER" });
    const turn = await back.socket.next("turn");
    await back.socket.next("transcript_delta");
    expect((await back.socket.next("turn")).n).toBe(turn.n + 1);
    expect(await back.socket.isAlive()).toBe(true);

    back.socket.send({ type: "mute", muted: true });
    expect(await back.socket.next("muted")).toEqual({ type: "muted", muted: true });
    back.socket.send({ type: "say", text: "I am typing." });
    let typed = await back.socket.next("turn");
    while (typed.typed !== true) typed = await back.socket.next("turn");
    expect(typed.text).toBe("I am typing.");

    back.socket.send({ type: "sdp_offer", offer: audioOffer });
    expect(await back.socket.next("sdp_answer")).toMatchObject({ sessionId: interview.sessionId });
    back.socket.send({ type: "sdp_offer", offer: "v=0" });
    expect(await back.socket.next("error")).toMatchObject({ code: "SDP_INVALID" });
    back.socket.send({ type: "disconnect" });
    expect(await back.socket.next("disconnected")).toMatchObject({ sessionId: interview.sessionId });
    expect(await back.socket.closed).toBe(1000);
    await expectNoCallLeft(place.simulator);
    for (const { logLines } of [owner, other]) expect(logLines.join("")).not.toContain("rst_");
  });

  test("finds it by the name that it chose itself, and by no other person's", { timeout: 30_000 }, async () => {
    const { owner, other } = await startTwo();
    const first = await owner.connectAs("ada");
    first.send({ type: "init", sessionId: "my-interview" });
    const { sessionId } = await first.next("initialized");
    const stranger = await other.connectAs("eve");
    stranger.send({ type: "init", sessionId: "my-interview" });
    expect((await stranger.next("initialized")).sessionId).not.toBe(sessionId);

    await ask(other, "GET", `/api/sessions/${sessionId}/transcript`);
    const second = await other.connectAs("ada");
    second.send({ type: "init", sessionId: "my-interview" });
    second.send({ type: "sdp_offer", afterInit: true, offer: audioOffer });
    expect(await second.next("initialized")).toMatchObject({ sessionId, resumed: true });
    expect(await first.closed).toBe(4436);
    expect(await second.next("sdp_answer")).toMatchObject({ sessionId });
  });

  test("may say no more, and no larger things, than there", { timeout: 30_000 }, async () => {
    const { owner, other } = await startTwo({ MESSAGES_PER_SECOND: "10" });
    const { socket } = await comeBack(other, await begin(owner, "ada"));
    socket.sendRaw(" ".repeat(200_000));
    expect(await socket.next("error")).toMatchObject({ code: "MESSAGE_TOO_LARGE" });
    for (let times = 0; times < 40; times += 1) socket.send({ type: "ice_candidate", candidate: null });
    expect(await socket.closed).toBe(4400);
    expect(await socket.next("error")).toMatchObject({ code: "RATE_LIMITED" });
  });

  test("comes in to a session that is started on two machines at once", { timeout: 30_000 }, async () => {
    const { owner, other } = await startTwo();
    const { sessionId } = (await ask(owner, "POST", "/api/sessions", { person: "ada" })).json as SessionTicket;
    await meet(owner, other);
    const come = async (machine: ProxyUnderTest): Promise<SocketClient> => {
      const { json } = await ask(machine, "POST", `/api/sessions/${sessionId}/ticket`);
      return machine.connect(`/?token=${(json as SessionTicket).ticket}`);
    };
    const sockets = await Promise.all([come(owner), come(other)]);
    for (const socket of sockets) await socket.next("welcome");
    for (const socket of sockets) socket.send({ type: "init" });
    const came = await Promise.all(sockets.map((socket) => socket.next("initialized")));
    expect(came).toMatchObject([{ sessionId }, { sessionId }]);
    expect(new Set(came.map(({ resumed }) => resumed))).toEqual(new Set([false, true]));
  });

  test("leaves by merely going: nobody is present then", { timeout: 30_000 }, async () => {
    const { place, owner, other } = await startTwo({ IDLE_SECONDS: "1" });
    const created = await ask(owner, "POST", "/api/sessions", { person: "ada" });
    const { sessionId, ticket } = created.json as SessionTicket;
    const first = owner.connect(`/?token=${ticket}`);
    first.send({ type: "init" });
    const { resumeToken } = await first.next("initialized");
    const { socket } = await comeBack(other, { sessionId, resumeToken });
    const watching = await watch(owner, sessionId);
    socket.close();
    expect(await watching.next("ended")).toMatchObject({ message: { reason: "client_gone" } });
    await expectNoCallLeft(place.simulator);
  });

  test("is sent back when that machine is dead, and finds its session where it is then", {
    timeout: 30_000,
  }, async () => {
    const place = await openPlace(server);
    const { machine: owner, relay } = await place.startBehindRelay(REACHABLE);
    const other = await place.start(REACHABLE);
    const interview = await comeBack(other, await begin(owner, "ada"));
    const watching = await watch(other, interview.sessionId);
    relay.cut();
    expect(await interview.socket.next("error")).toMatchObject({ code: "SESSION_BUSY", retryable: true });
    expect(await interview.socket.closed).toBe(4409);
    expect(await watching.closed).toBe("cut");
    const back = await comeBack(other, interview);
    await back.socket.next("turn");
    expect(await (await watch(other, interview.sessionId)).next("turn")).toBeDefined();
    expect(place.simulator.liveCalls()).toHaveLength(1);
  });
});

describe("the platform, which asks another machine than the session's", () => {
  test("hears, guides, reads and ends it", { timeout: 30_000 }, async () => {
    const { place, owner, other } = await startTwo();
    const { sessionId, resumeToken } = await begin(owner, "ada");
    const path = `/api/sessions/${sessionId}`;
    const watching = await watch(other, sessionId);
    expect(watching.headers.get("content-type")).toMatch(/^text\/event-stream/);
    const { id, message } = await watching.next("turn");

    const guided = place.simulator.waitFor((event) => toldBy(event)?.text === "Go on.");
    expect(await ask(other, "POST", `${path}/guidance`, { text: "Go on." })).toMatchObject({ status: 202, text: "" });
    await guided;
    expect(await ask(other, "POST", `${path}/guidance`, { text: "" })).toMatchObject({ status: 400 });
    const { json, text } = await ask(other, "GET", `${path}/transcript`);
    expect(json).toMatchObject({ turns: [{ text: message.text }] });
    expect(text).toContain(message.text);
    const headers = { authorization: `Bearer ${resumeToken}`, "content-type": "application/json" };
    const stats = { method: "POST", headers, body: '{"quality":"poor"}' };
    expect(await other.fetch(`${path}/stats`, stats)).toMatchObject({ status: 204 });
    const view = { sessionId, status: "running", connection: { quality: "poor" } };
    expect((await ask(other, "GET", path)).json).toMatchObject(view);

    watching.leave();
    const again = await readEvents(other, sessionId, SERVICE, id);
    expect((await again.next("turn")).message.n).toBe(message.n + 1);
    expect(await ask(other, "DELETE", `${path}/transcript`)).toMatchObject({ status: 409 });
    expect(await ask(other, "POST", `${path}/end`)).toMatchObject({ status: 204, text: "" });
    expect(await again.next("ended")).toMatchObject({ message: { reason: "ended_by_service" } });
    expect(await again.closed).toBe("ended");
    await expectNoCallLeft(place.simulator);
    expect(await ask(other, "DELETE", `${path}/transcript`)).toMatchObject({ status: 200 });
  });

  test("ends it by deleting it, as its page may with the resume token", { timeout: 30_000 }, async () => {
    const { place, owner, other } = await startTwo();
    const first = await begin(owner, "ada");
    expect((await ask(other, "DELETE", `/api/sessions/${first.sessionId}`)).status).toBe(204);
    const second = await begin(owner, "eve");
    const headers = { authorization: `Bearer ${second.resumeToken}` };
    expect((await other.fetch(`/api/sessions/${second.sessionId}`, { method: "DELETE", headers })).status).toBe(204);
    for (const { socket } of [first, second]) expect(await socket.next("ended")).toMatchObject({ reason: "deleted" });
    await expectNoCallLeft(place.simulator);
  });

  test("watches from before the beginning: the stream ends when it begins elsewhere, and is to be read there", {
    timeout: 30_000,
  }, async () => {
    const { owner, other } = await startTwo();
    const { json } = await ask(other, "POST", "/api/sessions", { person: "ada" });
    const { sessionId, ticket } = json as SessionTicket;
    const early = await readEvents(other, sessionId, SERVICE);
    const client = owner.connect(`/?token=${ticket}`);
    client.send({ type: "init" });
    client.send({ type: "sdp_offer", offer: audioOffer });
    expect(await early.closed).toBe("ended");
    expect(early.events).toEqual([]);
    expect((await (await watch(other, sessionId)).next("turn")).message.n).toBe(1);
  });

  test("goes on reading at the heir when the machine stops", { timeout: 30_000 }, async () => {
    const { owner, other } = await startTwo();
    const { sessionId } = await begin(owner, "ada");
    const watching = await watch(owner, sessionId);
    const { id, message } = await watching.next("turn");
    const stopped = owner.app.close();
    expect(await watching.closed).toBe("ended");
    expect(watching.events.filter((event) => event.message.type === "ended")).toEqual([]);
    await stopped;
    const again = await readEvents(other, sessionId, SERVICE, id);
    expect((await again.next("turn")).message.n).toBe(message.n + 1);
  });

  test("gets a call by HTTP in a session that runs elsewhere", { timeout: 30_000 }, async () => {
    const { place, owner, other } = await startTwo();
    const { json } = await ask(other, "POST", "/api/sessions", { person: "ada" });
    const { sessionId, ticket } = json as SessionTicket;
    const client = owner.connect(`/?token=${ticket}`);
    client.send({ type: "init" });
    await client.next("initialized");
    const exchange = async (): Promise<Reply> => {
      const fresh = await ask(other, "POST", `/api/sessions/${sessionId}/ticket`);
      const headers = { authorization: `Bearer ${(fresh.json as SessionTicket).ticket}` };
      const body = JSON.stringify({ sdpOffer: audioOffer });
      const reply = await other.fetch("/api/sdp-exchange", {
        method: "POST",
        headers: { ...headers, "content-type": "application/json" },
        body,
      });
      return isBusy(reply) ? exchange() : reply;
    };
    expect(await exchange()).toMatchObject({ status: 200, json: { sessionId } });
    expect(place.simulator.liveCalls()).toHaveLength(1);
  });

  test("reaches a call through OpenAI's surface: an official client's offer, its hang-up and a sideband", {
    timeout: 30_000,
  }, async () => {
    const { place, owner, other } = await startTwo({ DATA_CHANNEL: "open", VOICE_API: "realtime" });
    await meet(owner, other);
    const { resumeToken, sessionId } = await begin(owner, "ada");
    const clientOf = (machine: ProxyUnderTest, apiKey: string): OpenAI =>
      new OpenAI({ baseURL: `${machine.url}/v1`, apiKey, maxRetries: 0 });
    const multipart = { sdp: audioOffer, session: { type: "realtime" } } as const;
    const first = await clientOf(other, resumeToken).realtime.calls.create(multipart);
    expect(first.headers.get("x-interview-session")).toBe(sessionId);
    const nextToken = first.headers.get("x-interview-resume-token") ?? "";
    const second = await clientOf(other, nextToken).realtime.calls.create({ sdp: audioOffer });
    expect((await second.text()).startsWith("v=0\r\n")).toBe(true);
    const callId = second.headers.get("location")?.split("/").at(-1) ?? "";

    const url = `${other.url.replace("http", "ws")}/v1/realtime?call_id=${callId}`;
    const sideband = new WebSocket(url, { headers: { authorization: `Bearer ${SERVICE}` } });
    await nextOf(sideband, "open");
    const closed = nextOf(sideband, "close");
    const before = place.simulator.liveCalls().length;
    await clientOf(other, SERVICE).realtime.calls.hangup(callId);
    await closed;
    expect(place.simulator.liveCalls()).toHaveLength(before - 1);
    await expect(clientOf(other, SERVICE).realtime.calls.hangup(callId)).rejects.toMatchObject({
      status: 404,
      code: "call_id_not_found",
    });
  });

  test("gets further calls by HTTP for resume tokens of a session that runs elsewhere", {
    timeout: 30_000,
  }, async () => {
    const { owner, other } = await startTwo();
    await meet(owner, other);
    const { sessionId, resumeToken } = await begin(owner, "ada");
    const exchange = (token: string): Promise<Reply> =>
      other.fetch("/api/sdp-exchange", {
        method: "POST",
        headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
        body: JSON.stringify({ sdpOffer: audioOffer }),
      });
    const first = await exchange(resumeToken);
    expect(first).toMatchObject({ status: 200, json: { sessionId } });
    const next = (first.json as SdpExchangeResponse).resumeToken;
    expect(await exchange(next)).toMatchObject({ status: 200, json: { sessionId } });
    expect(await exchange(resumeToken)).toMatchObject({ status: 401, json: { error: { code: "UNAUTHENTICATED" } } });
  });
});

describe("a machine that is shown a pass", () => {
  test("believes none that is forged, whatever else comes with it", async () => {
    const { owner } = await startTwo();
    const interview = await begin(owner, "ada");
    const headers = { authorization: `Bearer ${interview.resumeToken}`, [RELAY_HEADER]: "x.y.z" };
    const reply = await owner.fetch(`/api/sessions/${interview.sessionId}/transcript`, { headers });
    expect(reply).toMatchObject({ status: 401, json: { error: { code: "UNAUTHENTICATED" } } });
    const socket = await owner.connectAs("ada", { headers: { [RELAY_HEADER]: "x.y.z" } });
    expect(await socket.next("error")).toMatchObject({ code: "UNAUTHENTICATED" });
    expect(await socket.closed).toBe(4401);
  });

  test("believes each once, and passes nothing on a second time", { timeout: 30_000 }, async () => {
    const { place, owner, other } = await startTwo();
    const { sessionId } = await begin(owner, "ada");
    const records = await openRecords(place.databaseUrl, systemClock);
    onTestFinished(() => records.close());
    const passes = await openRelayPasses(records, systemClock);
    const principal = { ...ada, scopes: new Set(["interview"] as const) };
    const passTo = async (machine: ProxyUnderTest): Promise<{ readonly headers: Record<string, string> }> => ({
      headers: { [RELAY_HEADER]: await passes.issue({ principal }, machine.url) },
    });
    const path = `/api/sessions/${sessionId}/transcript`;

    const once = await passTo(owner);
    expect((await owner.fetch(path, once)).status).toBe(200);
    expect((await owner.fetch(path, once)).status).toBe(401);
    expect((await owner.fetch(path, await passTo(other))).status).toBe(401);

    await ask(other, "GET", path);
    expect(await other.fetch(path, await passTo(other))).toMatchObject({
      status: 409,
      json: { error: { code: "SESSION_BUSY", retryable: true } },
    });
    const line = other.connect("/ws", [], await passTo(other));
    line.send({ type: "init", sessionId });
    expect(await line.next("error")).toMatchObject({ code: "SESSION_BUSY" });
  });
});

describe("behind Fly's proxy", () => {
  const onFly = { FLY_REPLAY: "true", INTERNAL_HOST: "148e21ad.vm.interviews.internal", SERVICE_TOKEN: SERVICE };
  const replay = "instance=148e21ad;timeout=2s;fallback=force_self";

  async function startOnFly(): Promise<{ interview: Interview; owner: ProxyUnderTest; other: ProxyUnderTest }> {
    const place = await openPlace(server);
    const owner = await place.start(onFly);
    const interview = await begin(owner, "ada");
    return { owner, interview, other: await place.start({ ...onFly, INTERNAL_HOST: "99ff.vm.interviews.internal" }) };
  }

  /** Asks until the machine knows the other one. */
  async function expectReplayed(machine: ProxyUnderTest, { sessionId, resumeToken }: Interview): Promise<void> {
    const headers = { authorization: `Bearer ${resumeToken}` };
    const replayed = async (): Promise<string | null> =>
      (await machine.fetch(`/api/sessions/${sessionId}/events`, { headers })).headers.get("fly-replay");
    await expect.poll(replayed, { timeout: 5000 }).toBe(replay);
  }

  test("what lasts is brought to the session's machine", { timeout: 30_000 }, async () => {
    const { other, owner, interview } = await startOnFly();
    await expectReplayed(other, interview);
    const { socket } = other.connect("/", ["bearer", interview.resumeToken]);
    const header = await new Promise((resolve) => {
      socket.once("unexpected-response", (_request, response) => resolve(response.headers["fly-replay"]));
    });
    expect(header).toBe(replay);
    expect(await comeBack(owner, interview)).toMatchObject({ sessionId: interview.sessionId });
  });

  test("nothing is brought twice, nor what names no session", { timeout: 30_000 }, async () => {
    const { other, interview } = await startOnFly();
    await expectReplayed(other, interview);
    for (const name of ["fly-replay-src", "fly-replay-failed"]) {
      const socket = other.connect("/", ["bearer", interview.resumeToken], { headers: { [name]: "instance=99ff" } });
      expect(await socket.next("welcome")).toBeDefined();
    }
    expect(await (await other.connectAs("eve")).next("welcome")).toBeDefined();
  });
});
