import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FakeBrowser, INITIALIZED, SESSION_ID, snapshotWhere } from "./fakes/fake-browser.ts";
import type { FakeStream } from "./fakes/fake-media.ts";

const OWN = { urls: "stun:own.test" };
const TURN = { urls: ["turn:turn.test"], username: "u", credential: "c" };
const REFUSED = {
  type: "error",
  code: "SESSION_FORBIDDEN",
  message: "There is no such session for you. Start a new interview.",
  retryable: false,
  requestId: "req-1",
};

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] }));
afterEach(() => void vi.useRealTimers());

/** A browser that asks the person about the microphone. */
function askingBrowser() {
  const browser = new FakeBrowser();
  let answer: (stream: Promise<FakeStream>) => void = () => {};
  browser.getUserMedia = () => new Promise((resolve) => (answer = resolve));
  return {
    browser,
    allow: () => answer(Promise.resolve(browser.microphone)),
    refuse: () => answer(Promise.reject(new DOMException("browser words", "NotAllowedError"))),
  };
}

describe("a microphone slower than the server", () => {
  test("finds the session open, and only then is the offer made", async () => {
    const { browser, allow } = askingBrowser();
    const client = browser.client();
    client.connect().catch(() => {});
    const socket = await browser.serverInitializes([TURN]);
    await snapshotWhere(client, ({ sessionId }) => sessionId === SESSION_ID);
    expect(client.getSnapshot().state).toBe("requesting_microphone");
    expect(socket.sentTypes).toEqual(["init"]);
    allow();
    await socket.sentType("sdp_offer");
    expect(socket.sentTypes).toEqual(["init", "sdp_offer"]);
    expect(browser.peer.configurationAtOffer?.iceServers).toEqual([TURN]);
    client.close();
  });

  test("that is refused leaves the session to another try", async () => {
    const { browser, refuse } = askingBrowser();
    const connected = browser.client().connect();
    const socket = await browser.serverInitializes();
    refuse();
    await expect(connected).rejects.toMatchObject({ problem: { code: "MICROPHONE_DENIED" } });
    expect(socket.sentTypes).toEqual(["init"]);
    expect(socket.closeCode).toBe(1000);
  });
});

describe("a microphone faster than the server", () => {
  test("waits with the offer until the server has named its ICE servers", async () => {
    const browser = new FakeBrowser();
    const client = browser.client();
    client.connect().catch(() => {});
    const socket = await browser.nthSocket(1);
    socket.open();
    await snapshotWhere(client, ({ state }) => state === "signalling");
    expect(socket.sentTypes).toEqual(["init"]);
    expect(browser.peer.local).toBeUndefined();
    await browser.serverInitializes([TURN]);
    await socket.sentType("sdp_offer");
    expect(socket.sentTypes).toEqual(["init", "sdp_offer"]);
    expect(browser.peer.configurationAtOffer?.iceServers).toEqual([TURN]);
    client.close();
  });

  test("waits as long as for an answer: 30 s, for both together", async () => {
    const browser = new FakeBrowser();
    const client = browser.client();
    const connected = client.connect();
    const socket = await browser.nthSocket(1);
    await snapshotWhere(client, ({ state }) => state === "signalling");
    vi.advanceTimersByTime(29_000);
    await browser.serverInitializes();
    await socket.sentType("sdp_offer");
    vi.advanceTimersByTime(1_000);
    await expect(connected).rejects.toMatchObject({ problem: { code: "SERVER_TIMEOUT" } });
    expect(socket.sentTypes).toEqual(["init", "sdp_offer", "disconnect"]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("ICE servers", () => {
  test("of the page and of the server are used side by side", async () => {
    const browser = new FakeBrowser();
    const client = browser.client({ iceServers: [OWN] });
    client.connect().catch(() => {});
    const socket = await browser.serverInitializes([TURN]);
    await socket.sentType("sdp_offer");
    expect(browser.peer.configurationAtOffer).toEqual({ iceServers: [OWN, TURN], bundlePolicy: "max-bundle" });
    client.close();
  });

  test("of the page are enough where the server names none, in a browser that cannot change them", async () => {
    const browser = new FakeBrowser();
    const client = browser.client({ iceServers: [OWN] });
    client.connect().catch(() => {});
    Object.assign(browser.peer, { setConfiguration: undefined });
    const socket = await browser.serverInitializes([]);
    await socket.sentType("sdp_offer");
    expect(browser.peer.configurationAtOffer?.iceServers).toEqual([OWN]);
    client.close();
  });

  test("that the browser refuses end the attempt and the session", async () => {
    const browser = new FakeBrowser();
    const connected = browser.client().connect();
    const socket = await browser.serverInitializes([{ urls: "" }]);
    await expect(connected).rejects.toMatchObject({ problem: { code: "BAD_SERVER_REPLY" } });
    expect(socket.sentTypes).toEqual(["init", "disconnect"]);
    expect(browser.peer.local).toBeUndefined();
  });
});

test.each([
  ["none", []],
  ["optional", []],
  ["required", ["oai-events"]],
] as const)("an offer for which a data channel is %s has %j", async (dataChannel, channels) => {
  const browser = new FakeBrowser();
  const client = browser.client();
  client.connect().catch(() => {});
  const socket = await browser.serverInitializes([], dataChannel);
  await socket.sentType("sdp_offer");
  expect(browser.peer.channels).toEqual(channels);
  client.close();
});

describe("before the session is open", () => {
  test("an error ends the attempt, and nothing is sent any more: there is no session to end", async () => {
    const browser = new FakeBrowser();
    const client = browser.client({ sessionId: SESSION_ID });
    const connected = client.connect();
    const socket = await browser.nthSocket(1);
    socket.open();
    await snapshotWhere(client, ({ state }) => state === "signalling");
    socket.receive(REFUSED);
    await expect(connected).rejects.toMatchObject({ problem: { code: "SESSION_FORBIDDEN" } });
    expect(socket.sentTypes).toEqual(["init"]);
    expect(browser.peer.local).toBeUndefined();
  });

  test.each(["disconnect", "close"] as const)("%s() ends what init may have opened", async (leave) => {
    const browser = new FakeBrowser();
    const client = browser.client();
    const connected = client.connect();
    const socket = await browser.nthSocket(1);
    socket.open();
    await snapshotWhere(client, ({ state }) => state === "signalling");
    void client[leave]();
    await expect(connected).rejects.toMatchObject({ name: "AbortError" });
    const left = client.getSnapshot();
    await browser.serverInitializes([TURN]);
    expect(client.getSnapshot()).toBe(left);
    expect(socket.sentTypes).toEqual(["init", "disconnect"]);
    expect(browser.peer.configurationAtOffer).toBeUndefined();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("a call that ends just as the session opens makes no offer", async () => {
    const browser = new FakeBrowser();
    const client = browser.client();
    const connected = client.connect();
    const socket = await browser.nthSocket(1);
    socket.open();
    await snapshotWhere(client, ({ state }) => state === "signalling");
    socket.receive(INITIALIZED);
    client.close();
    await expect(connected).rejects.toMatchObject({ name: "AbortError" });
    // One turn of the event loop: all that follows from `initialized` has happened by then.
    await new Promise((resolve) => setImmediate(resolve));
    expect(socket.sentTypes).toEqual(["init", "disconnect"]);
    expect(browser.peer.configurationAtOffer).toBeUndefined();
  });
});
