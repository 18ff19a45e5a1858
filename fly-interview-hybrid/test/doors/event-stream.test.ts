import { once } from "node:events";
import { connect } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { createFakeClock } from "../fake-clock.ts";
import { readEvents } from "./event-reader.ts";
import { type Platform, SERVICE, startPlatform, UNKNOWN_ID } from "./platform.ts";
import { INTERVIEWER_DELTA } from "./provider-log.ts";
import { relayWith } from "./sideband-relay.ts";
import { SpeakingCandidate } from "./speaking-candidate.ts";
import { tokenFor } from "./start-proxy.ts";

interface Opened {
  readonly sessionId: string;
  readonly resumeToken: string;
}

async function openSession({ proxy }: Platform, person = "ada"): Promise<Opened> {
  const client = await proxy.connectAs(person);
  client.send({ type: "init" });
  const opened = await client.next("initialized");
  client.close();
  await client.closed;
  return opened;
}

describe("the events of a session", () => {
  test("come as they happen, go on behind the last one that was read, and end with the session", async () => {
    const script = { turns: [{ interviewer: "Who are you?", candidate: "Ada." }, { interviewer: "Thanks." }] };
    const platform = await startPlatform({ simulator: { script } });
    const { proxy } = platform;
    const candidate = new SpeakingCandidate(proxy.simulator);
    const client = await proxy.connectAs("ada");
    client.send({ type: "init" });
    const { sessionId } = await client.next("initialized");
    const watching = await readEvents(proxy, sessionId, SERVICE);
    expect(watching.status).toBe(200);
    expect(watching.headers.get("content-type")).toBe("text/event-stream; charset=utf-8");
    expect(watching.headers.get("cache-control")).toBe("no-store");
    expect(watching.headers.get("content-security-policy")).toContain("script-src 'self'");

    client.send({ type: "sdp_offer", offer: candidate.offer });
    await candidate.accept((await client.next("sdp_answer")).answer.sdp);
    const first = await watching.next("turn");
    expect(first).toMatchObject({ id: "3-1", message: { n: 1, text: "Who are you?" } });
    const deltas = watching.events.filter(({ message }) => message.type === "transcript_delta");
    expect(deltas.length, "words come before their turn").toBeGreaterThan(0);
    expect(deltas.every(({ id }) => id === undefined)).toBe(true);
    watching.leave();
    expect(await watching.closed).toBe("cut");
    await expect.poll(async () => (await proxy.fetch("/metrics")).text).toMatch(/^interview_event_streams 0$/m);
    expect(
      proxy.logLines.filter((line) => line.includes('"level":"error"')),
      "a reader may leave",
    ).toEqual([]);

    await candidate.speak();
    await candidate.until("call.interviewer_finished", 2);
    const back = await readEvents(proxy, sessionId, SERVICE, first.id);
    expect([(await back.next("turn")).message.n, (await back.next("turn")).message.n]).toEqual([2, 3]);
    await platform.ask("POST", `/api/sessions/${sessionId}/end`);
    const ended = await back.next("ended");
    expect(ended).toMatchObject({ id: "6-end", message: { reason: "ended_by_service" } });
    expect(await back.closed).toBe("ended");

    const late = await readEvents(proxy, sessionId, SERVICE, "4-2");
    expect((await late.next("turn")).message.n).toBe(3);
    expect(await late.next("ended")).toEqual(ended);
    expect(await late.closed).toBe("ended");
    expect((await readEvents(proxy, sessionId, SERVICE, ended.id)).status).toBe(204);
  });

  test("are heard by whoever waits for a session that the platform has created", async () => {
    const platform = await startPlatform();
    const created = await platform.create("ada");
    const watching = await readEvents(platform.proxy, created.sessionId, await tokenFor("staff", { scope: "observe" }));
    await (await platform.come(created)).next("initialized");
    await platform.ask("DELETE", `/api/sessions/${created.sessionId}`);
    expect(await watching.next("ended")).toMatchObject({ id: "1-end", message: { reason: "deleted" } });
    expect(await watching.closed).toBe("ended");
  });

  test("also tell that nobody will come, a second later", async () => {
    const clock = createFakeClock(Date.now());
    const platform = await startPlatform({ clock });
    const created = await platform.create("ada");
    const watching = await readEvents(platform.proxy, created.sessionId, SERVICE);
    await platform.ask("POST", `/api/sessions/${created.sessionId}/end`);
    await clock.advance(1000);
    expect(await watching.next("ended")).toMatchObject({ message: { reason: "ended_by_service" } });
  });

  test("are for who may hear the session", async () => {
    const platform = await startPlatform();
    const mine = await openSession(platform);
    const other = await openSession(platform, "eve");
    const statusFor = async (bearer: string, id = mine.sessionId): Promise<number> => {
      const reader = await readEvents(platform.proxy, id, bearer);
      reader.leave();
      return reader.status;
    };
    for (const bearer of [SERVICE, mine.resumeToken, await tokenFor("ada"), await tokenFor("x", { scope: "observe" })])
      expect(await statusFor(bearer)).toBe(200);
    for (const bearer of [other.resumeToken, await tokenFor("eve"), await tokenFor("x", { scope: "admin" })])
      expect(await statusFor(bearer)).toBe(403);
    expect(await statusFor(SERVICE, UNKNOWN_ID)).toBe(403);
    expect(await statusFor("nonsense")).toBe(401);
  });

  test.each(["x", "-1", "1-", "1-x", "1-2-3", "9".repeat(16), "1,2"])("refuse %j as the last one", async (id) => {
    const { proxy } = await startPlatform();
    const reply = await proxy.fetch(`/api/sessions/${UNKNOWN_ID}/events`, {
      headers: { authorization: `Bearer ${SERVICE}`, "last-event-id": id },
    });
    expect(reply).toMatchObject({ status: 400, json: { error: { code: "INVALID_MESSAGE", field: "Last-Event-ID" } } });
  });
});

describe("an open stream", () => {
  test("of the session's person is presence; when it closes, the grace begins", async () => {
    const clock = createFakeClock(Date.now());
    const platform = await startPlatform({ clock, settings: { IDLE_SECONDS: "60", HEARTBEAT_SECONDS: "20" } });
    const { sessionId, resumeToken } = await openSession(platform);
    const watcher = await readEvents(platform.proxy, sessionId, SERVICE);
    const reader = await readEvents(platform.proxy, sessionId, resumeToken);
    await clock.advance(300_000);
    await reader.nextBeat(16);
    expect(reader.events).toEqual([]);
    reader.leave();
    // When the server notices is not ours to say, so the time goes on until it has.
    const happened = async (): Promise<readonly string[]> => {
      await clock.advance(10_000);
      return watcher.events.map(({ message }) => message.type);
    };
    await expect.poll(happened, { timeout: 30_000 }).toContain("ended");
    expect(await watcher.next("ended")).toMatchObject({ message: { reason: "client_gone" } });
  });

  test("is one of few, and one that closes makes room", async () => {
    const platform = await startPlatform({ settings: { MAX_CONNECTIONS: "17" } });
    const { sessionId } = await openSession(platform);
    const other = await openSession(platform);
    const readers = [];
    for (let i = 0; i < 16; i++) readers.push(await readEvents(platform.proxy, sessionId, SERVICE));
    expect(readers.map(({ status }) => status)).toEqual(Array(16).fill(200));
    expect((await readEvents(platform.proxy, sessionId, SERVICE)).status).toBe(503);
    const last = await readEvents(platform.proxy, other.sessionId, SERVICE);
    expect(last.status).toBe(200);
    expect((await readEvents(platform.proxy, other.sessionId, SERVICE)).status).toBe(503);
    last.leave();
    await expect.poll(async () => (await readEvents(platform.proxy, other.sessionId, SERVICE)).status).toBe(200);
  });

  test("is not opened by HEAD", async () => {
    const platform = await startPlatform();
    const { sessionId } = await openSession(platform);
    expect((await platform.ask("HEAD", `/api/sessions/${sessionId}/events`)).status).toBe(404);
  });

  test("closes when the server stops, whether its session runs or waits", async () => {
    const platform = await startPlatform();
    const running = await readEvents(platform.proxy, (await openSession(platform)).sessionId, SERVICE);
    const waiting = await readEvents(platform.proxy, (await platform.create("eve")).sessionId, SERVICE);
    await platform.proxy.app.close();
    expect(await running.next("ended")).toMatchObject({ message: { reason: "shutdown" } });
    expect(await running.closed).toBe("ended");
    expect(await waiting.closed).toBe("ended");
  });

  test("that nobody reads is dropped", async () => {
    const flood = "x".repeat(900 * 1024);
    const script = { turns: [{ interviewer: "Tell me, in your own words: ".repeat(12) }] };
    const platform = await startPlatform({
      settings: { MAX_CONNECTIONS: "1" },
      simulator: { script },
      between: relayWith((event) => (event.type === INTERVIEWER_DELTA ? { ...event, delta: flood } : event)),
    });
    const { proxy } = platform;
    const candidate = new SpeakingCandidate(proxy.simulator);
    const client = await proxy.connectAs("ada");
    client.send({ type: "init" });
    const { sessionId } = await client.next("initialized");
    await askWithoutReading(proxy.url, `/api/sessions/${sessionId}/events`);
    expect((await readEvents(proxy, sessionId, SERVICE)).status, "the place is taken").toBe(503);
    client.send({ type: "sdp_offer", offer: candidate.offer });
    await candidate.accept((await client.next("sdp_answer")).answer.sdp);
    const again = async (): Promise<number> => (await readEvents(proxy, sessionId, SERVICE)).status;
    await expect.poll(again, { timeout: 10_000 }).toBe(200);
  });
});

/** Asks for a stream, and reads no byte of it; fulfilled when the answer has begun to come. */
async function askWithoutReading(url: string, path: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  onTestFinished(() => void socket.destroy());
  socket.on("error", () => undefined);
  socket.write(`GET ${path} HTTP/1.1\r\nHost: ${hostname}\r\nAuthorization: Bearer ${SERVICE}\r\n\r\n`);
  await once(socket, "readable");
}
