import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeBrowser, INITIALIZED, SDP_ANSWER, SESSION_ID, snapshotWhere } from "./fakes/fake-browser.ts";
import type { FakeSocket } from "./fakes/fake-socket.ts";
import { FakeStorage } from "./fakes/fake-storage.ts";
import { failure } from "./fakes/server-messages.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] }));
afterEach(() => void vi.useRealTimers());

/** A client whose line waits for an interview. */
async function preparedClient() {
  const browser = new FakeBrowser();
  const client = browser.client();
  client.prepare();
  const socket = await browser.nthSocket(1);
  await initialize(socket);
  return { browser, client, socket };
}

async function initialize(socket: FakeSocket): Promise<void> {
  socket.open();
  await socket.sentType("init");
  socket.receive({ type: "welcome", protocol: 1, simulation: true });
  socket.receive(INITIALIZED);
}

test("an interview goes on over the line that was prepared for it, and hears what that has heard", async () => {
  const { browser, client, socket } = await preparedClient();
  expect(client.getSnapshot()).toMatchObject({ state: "idle", line: { signalling: "closed" } });
  expect(browser.peers).toHaveLength(0);
  client.setMuted(true);
  browser.time = 10_000;
  vi.advanceTimersByTime(29_000);
  const connected = client.connect();
  await socket.sentType("sdp_offer");
  expect(socket.sentTypes).toEqual(["init", "mute", "sdp_offer"]);
  // The session has lasted for ten seconds.
  expect(client.getSnapshot()).toMatchObject({ sessionId: SESSION_ID, simulation: true, endsAt: 3_600_000 });
  socket.receive(SDP_ANSWER);
  await browser.peer.answered();
  browser.peer.becomes("connected");
  await connected;
  // It would have been let go by now.
  vi.advanceTimersByTime(1_500);
  expect(client.getSnapshot()).toMatchObject({ state: "connected", line: { signalling: "open" } });
  expect(browser.sockets).toHaveLength(1);
  client.close();
  expect(socket.sentTypes.at(-1)).toBe("disconnect");
  expect(socket.closeCode).toBe(1000);
});

test("a click that comes before the line is open waits for it", async () => {
  const browser = new FakeBrowser();
  const client = browser.client();
  client.prepare();
  client.connect().catch(() => {});
  await snapshotWhere(client, ({ state }) => state === "signalling");
  const socket = await browser.nthSocket(1);
  await initialize(socket);
  await socket.sentType("sdp_offer");
  expect(browser.sockets).toHaveLength(1);
  client.close();
});

test("a line that nobody takes within 30 s is ended with its session, and the next interview opens its own", async () => {
  const { browser, client, socket } = await preparedClient();
  vi.advanceTimersByTime(29_999);
  expect(socket.closeCode).toBeUndefined();
  vi.advanceTimersByTime(1);
  expect(socket.sentTypes).toEqual(["init", "disconnect"]);
  expect(socket.closeCode).toBe(1000);
  expect(vi.getTimerCount()).toBe(0);
  expect(client.getSnapshot().state).toBe("idle");
  client.connect().catch(() => {});
  const own = await browser.nthSocket(2);
  await initialize(own);
  await own.sentType("sdp_offer");
  client.close();
});

test.each([
  ["the server refuses it", (socket: FakeSocket) => socket.receive(failure("RATE_LIMITED", true))],
  ["the socket is lost", (socket: FakeSocket) => socket.serverCloses(1006)],
  ["its session ends", (socket: FakeSocket) => socket.receive({ type: "ended", seq: 1, reason: "deleted" })],
])("where %s, nobody hears of it, and the next interview opens its own", async (_what, go) => {
  const { browser, client, socket } = await preparedClient();
  go(socket);
  expect(client.getSnapshot()).toMatchObject({ state: "idle" });
  expect(client.getSnapshot().error).toBeUndefined();
  expect(vi.getTimerCount()).toBe(0);
  client.connect().catch(() => {});
  await browser.nthSocket(2);
  client.close();
});

test("with the page, or with the client, goes the line that waits", async () => {
  const { browser, socket } = await preparedClient();
  browser.page.dispatchEvent(new Event("pagehide"));
  expect(socket.closeCode).toBe(1000);
  const other = await preparedClient();
  other.client.close();
  other.client.prepare();
  expect(other.socket.closeCode).toBe(1000);
  expect(other.browser.sockets).toHaveLength(1);
  expect(vi.getTimerCount()).toBe(0);
});

test("nothing is prepared twice, over HTTP, for a running interview, in place of one that could be resumed, or at no address", async () => {
  const { browser, client } = await preparedClient();
  client.prepare();
  expect(browser.sockets).toHaveLength(1);
  client.close();
  const others = new FakeBrowser();
  others.client({ signalling: "http" }).prepare();
  others.client({ url: "none" }).prepare();
  const running = await others.connectedClient();
  running.prepare();
  expect(others.sockets).toHaveLength(1);
  running.close();
  const returning = new FakeBrowser();
  returning.sessionStorage = new FakeStorage();
  returning.sessionStorage.setItem("interview-session interview.test/", "ses_1 token");
  returning.client().prepare();
  expect(returning.sockets).toHaveLength(0);
});
