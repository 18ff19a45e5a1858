import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeBrowser, INITIALIZED, SDP_ANSWER, SESSION_ID, snapshotWhere } from "./fakes/fake-browser.ts";
import { FakeStorage } from "./fakes/fake-storage.ts";
import { failure } from "./fakes/server-messages.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] }));
afterEach(() => void vi.useRealTimers());

const WELCOME = { type: "welcome", protocol: 1, simulation: true };
const NOTHING_TO_COME = { ...WELCOME, iceServers: "none", dataChannel: "none" };

/** A browser whose client has clicked with a prepared line, which was welcomed so. */
async function clicked(welcome: object) {
  const browser = new FakeBrowser();
  const client = browser.client({ aiPersona: "alloy" });
  client.prepare();
  const socket = await browser.nthSocket(1);
  socket.open();
  socket.receive(welcome);
  const connected = client.connect();
  connected.catch(() => {});
  await snapshotWhere(client, ({ state }) => state === "signalling");
  return { browser, client, socket, connected };
}

/** Whatever follows from what came so far has happened by then. */
const turnOfTheLoop = () => new Promise((resolve) => setImmediate(resolve));

test("where the session has nothing to add, the offer goes right behind init, and one interview comes of both", async () => {
  const { browser, client, socket, connected } = await clicked(NOTHING_TO_COME);
  await socket.sentType("sdp_offer");
  expect(socket.sent).toMatchObject([
    { type: "init", aiPersona: "alloy" },
    { type: "sdp_offer", afterInit: true },
  ]);
  expect(client.getSnapshot().sessionId).toBeUndefined();
  socket.receive(INITIALIZED);
  socket.receive(SDP_ANSWER);
  await browser.peer.answered();
  browser.peer.becomes("connected");
  await connected;
  expect(client.getSnapshot()).toMatchObject({ state: "connected", sessionId: SESSION_ID });
  expect(socket.sentTypes).toEqual(["init", "sdp_offer"]);
  // A further call finds the session there.
  socket.receive({ type: "reoffer", reason: "call_limit" });
  await socket.sentType("sdp_offer", 2);
  expect(socket.sent.at(-1)).not.toHaveProperty("afterInit");
  client.close();
});

test("so it goes over a line that the click itself opens", async () => {
  const browser = new FakeBrowser();
  const client = browser.client();
  client.connect().catch(() => {});
  const socket = await browser.nthSocket(1);
  socket.open();
  socket.receive(NOTHING_TO_COME);
  await socket.sentType("sdp_offer");
  expect(socket.sentTypes).toEqual(["init", "sdp_offer"]);
  client.close();
});

test("an offer that goes ahead has the data channel that is required", async () => {
  const { browser, client, socket } = await clicked({ ...NOTHING_TO_COME, dataChannel: "required" });
  await socket.sentType("sdp_offer");
  expect(browser.peer.channels).toEqual(["oai-events"]);
  client.close();
});

test.each([
  ["brings ICE servers", { ...NOTHING_TO_COME, iceServers: "with_session" }],
  ["may want a data channel", { ...WELCOME, iceServers: "none" }],
  ["is an older server's", WELCOME],
])("where the session %s, the offer waits for it", async (_what, welcome) => {
  const { browser, client, socket } = await clicked(welcome);
  await turnOfTheLoop();
  expect(socket.sentTypes).toEqual(["init"]);
  expect(browser.peer.local).toBeUndefined();
  const iceServers = [{ urls: "turn:turn.test" }];
  socket.receive({ ...INITIALIZED, iceServers });
  await socket.sentType("sdp_offer");
  expect(browser.peer.configurationAtOffer?.iceServers).toEqual(iceServers);
  expect(socket.sent.at(-1)).not.toHaveProperty("afterInit");
  client.close();
});

test.each(["INVALID_MESSAGE", "SESSION_ENDED"])(
  "where init is refused with %s, the person hears of that once, and no call is left",
  async (code) => {
    const { browser, client, socket, connected } = await clicked(NOTHING_TO_COME);
    await socket.sentType("sdp_offer");
    const errors = new Set<unknown>();
    client.subscribe(() => void errors.add(client.getSnapshot().error));
    socket.receive(failure(code, false));
    await expect(connected).rejects.toMatchObject({ problem: { code } });
    // What a server may say of the offer besides.
    socket.receive(failure("SESSION_FORBIDDEN", false));
    await turnOfTheLoop();
    expect(client.getSnapshot()).toMatchObject({ state: "failed", error: { code } });
    errors.delete(undefined);
    expect(errors.size).toBe(1);
    expect(socket.sentTypes).toEqual(["init", "sdp_offer", "disconnect"]);
    expect(socket.closeCode).toBe(1000);
    expect(browser.peer.closed).toBe(true);
    expect(browser.sockets).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  },
);

test("who comes back to an interview waits until it is there again", async () => {
  const browser = new FakeBrowser();
  browser.sessionStorage = new FakeStorage();
  browser.sessionStorage.setItem("interview-session interview.test/", `${SESSION_ID} token`);
  const client = browser.client();
  client.resume().catch(() => {});
  vi.advanceTimersByTime(1);
  const socket = await browser.nthSocket(1);
  socket.open();
  socket.receive(NOTHING_TO_COME);
  await snapshotWhere(client, ({ state }) => state === "signalling");
  await turnOfTheLoop();
  expect(socket.sentTypes).toEqual(["init"]);
  client.close();
});
