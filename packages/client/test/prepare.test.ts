import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeBrowser, INITIALIZED, SDP_ANSWER, SESSION_ID, snapshotWhere } from "./fakes/fake-browser.ts";
import type { FakeSocket } from "./fakes/fake-socket.ts";
import { FakeStorage } from "./fakes/fake-storage.ts";
import { failure } from "./fakes/server-messages.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] }));
afterEach(() => void vi.useRealTimers());

const WELCOME = { type: "welcome", protocol: 1, simulation: true };

/** A client whose line waits for an interview. */
async function preparedClient() {
  const browser = new FakeBrowser();
  const client = browser.client();
  client.prepare();
  const socket = await browser.nthSocket(1);
  socket.open();
  socket.receive(WELCOME);
  return { browser, client, socket };
}

async function initialize(socket: FakeSocket): Promise<void> {
  socket.open();
  await socket.sentType("init");
  socket.receive(INITIALIZED);
}

/** A token with these claims, and text in it that base64url and base64 write differently. */
function tokenOf(claims: object): string {
  return ["{}", JSON.stringify({ ...claims, sub: "??>>" }), ""]
    .map((part) => Buffer.from(part).toString("base64url"))
    .join(".");
}

test("an interview goes on over the line that was prepared for it, and hears what that has heard", async () => {
  const { browser, client, socket } = await preparedClient();
  expect(client.getSnapshot()).toMatchObject({ state: "idle", line: { signalling: "closed" } });
  expect(browser.peers).toHaveLength(0);
  expect(socket.sent).toEqual([]);
  client.setMuted(true);
  browser.time = 29_000;
  vi.advanceTimersByTime(29_000);
  const connected = client.connect();
  await initialize(socket);
  await socket.sentType("sdp_offer");
  expect(socket.sentTypes).toEqual(["init", "mute", "sdp_offer"]);
  // Its time begins with the click.
  expect(client.getSnapshot()).toMatchObject({ sessionId: SESSION_ID, simulation: true, endsAt: 3_629_000 });
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

test("a line that nobody takes within 30 s is closed, and the next interview opens its own", async () => {
  const { browser, client, socket } = await preparedClient();
  vi.advanceTimersByTime(29_999);
  expect(socket.closeCode).toBeUndefined();
  vi.advanceTimersByTime(1);
  expect(socket.sent).toEqual([]);
  expect(socket.closeCode).toBe(1000);
  expect(vi.getTimerCount()).toBe(0);
  expect(client.getSnapshot().state).toBe("idle");
  client.connect().catch(() => {});
  const own = await browser.nthSocket(2);
  await initialize(own);
  await own.sentType("sdp_offer");
  client.close();
});

test("a machine that has slept for longer takes no line from before, though its timers have slept as well", async () => {
  const { browser, client, socket } = await preparedClient();
  browser.time = 30_000;
  client.connect().catch(() => {});
  await browser.nthSocket(2);
  expect(socket.closeCode).toBe(1000);
  client.close();
});

test.each([
  ["the server refuses it", (socket: FakeSocket) => socket.receive(failure("RATE_LIMITED", true))],
  ["the socket is lost", (socket: FakeSocket) => socket.serverCloses(1006)],
  ["the network changes", (_socket: FakeSocket, page: EventTarget) => page.dispatchEvent(new Event("online"))],
])("where %s, nobody hears of it, and the next interview opens its own", async (_what, go) => {
  const { browser, client, socket } = await preparedClient();
  go(socket, browser.page);
  expect(client.getSnapshot()).toMatchObject({ state: "idle" });
  expect(client.getSnapshot().error).toBeUndefined();
  expect(vi.getTimerCount()).toBe(0);
  // A pointer that comes and goes is no reason to ask a server over and over again.
  client.prepare();
  expect(vi.getTimerCount()).toBe(0);
  browser.time = 30_000;
  client.prepare();
  (await browser.nthSocket(2)).serverCloses(1006);
  client.connect().catch(() => {});
  await browser.nthSocket(3);
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

test("nothing is prepared twice, with a token that may be good for one connection, over HTTP, for a running interview, in place of one that could be resumed, or at no address", async () => {
  const { browser, client } = await preparedClient();
  client.prepare();
  expect(browser.sockets).toHaveLength(1);
  client.close();
  const others = new FakeBrowser();
  others.client({ signalling: "http" }).prepare();
  others.client({ url: "none" }).prepare();
  const getToken = vi.fn<() => Promise<string>>(async () => "none");
  for (const token of [getToken, tokenOf({ jti: "1", iat: 100, exp: 160 }), "none"]) others.client({ token }).prepare();
  expect(getToken).not.toHaveBeenCalled();
  // A line that waits has a timer.
  expect(vi.getTimerCount()).toBe(0);
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

test.each([
  ["without an id", { iat: 100, exp: 130 }],
  ["that lives for longer than a ticket", { jti: "1", iat: 100, exp: 161 }],
  ["without an end", { jti: "1", iat: 100 }],
])("a line is prepared with a token %s, which opens many connections", async (_what, claims) => {
  const browser = new FakeBrowser();
  const token = tokenOf(claims);
  const client = browser.client({ token });
  client.prepare();
  const socket = await browser.nthSocket(1);
  expect(socket.protocols).toEqual(["bearer", token]);
  client.close();
});
