import { getEventListeners } from "node:events";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { connectingClient, FakeBrowser, SDP_ANSWER, SESSION_ID } from "./fakes/fake-browser.ts";
import type { FakeStream } from "./fakes/fake-media.ts";
import { once } from "./fakes/once.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] }));
afterEach(() => void vi.useRealTimers());

const DISCONNECTED = { type: "disconnected", sessionId: SESSION_ID, reason: "client_disconnected" };

describe("disconnect()", () => {
  test("says so to the server, waits for its word, then lets go of everything", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    const done = client.disconnect();
    expect(client.getSnapshot().state).toBe("disconnecting");
    expect(browser.socket.sentTypes.at(-1)).toBe("disconnect");
    expect(browser.peer.closed).toBe(false);
    browser.socket.receive(DISCONNECTED);
    await done;
    expect(client.getSnapshot()).toMatchObject({ state: "disconnected", endReason: "client_disconnected" });
    expectNothingLeft(browser);
  });

  test("waits 2 s at most", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    const done = client.disconnect();
    vi.advanceTimersByTime(2_000);
    await done;
    expect(client.getSnapshot().state).toBe("disconnected");
    expectNothingLeft(browser);
  });

  test("called twice is one disconnect; called while idle it is none", async () => {
    const browser = new FakeBrowser();
    await browser.client().disconnect();
    const client = await browser.connectedClient();
    const both = [client.disconnect(), client.disconnect()];
    browser.socket.receive(DISCONNECTED);
    await Promise.all(both);
    await client.disconnect();
    expect(browser.socket.sentTypes.filter((type) => type === "disconnect")).toHaveLength(1);
  });

  test("a line lost meanwhile is no failure", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    const done = client.disconnect();
    browser.socket.serverCloses(1006);
    await done;
    expect(client.getSnapshot()).toMatchObject({ state: "disconnected" });
    expect(client.getSnapshot().error).toBeUndefined();
  });
});

describe("leaving in the middle of an attempt", () => {
  test.each(["disconnect", "close"] as const)("%s() while the microphone is asked for", async (leave) => {
    const browser = new FakeBrowser();
    let allow: (stream: FakeStream) => void = () => {};
    const asked = new Promise<FakeStream>((resolve) => (allow = resolve));
    browser.getUserMedia = () => asked;
    const client = browser.client();
    const connected = client.connect();
    await browser.nthSocket(1);
    void client[leave]();
    await expect(connected).rejects.toMatchObject({ name: "AbortError" });
    // The person answers the browser's question afterwards.
    const stopped = Promise.all(browser.microphone.tracks.map((track) => once(track, "stopped")));
    allow(browser.microphone);
    await stopped;
    expect(client.getSnapshot().state).toBe("disconnected");
    expect(browser.socket.sentTypes).toEqual([]);
    expectNothingLeft(browser);
  });

  test("before the token is there, so that no socket is ever made", async () => {
    const browser = new FakeBrowser();
    let give: (token: string) => void = () => {};
    const token = new Promise<string>((resolve) => (give = resolve));
    const client = browser.client({ token: () => token });
    const connected = client.connect();
    client.close();
    give("aaa.bbb.ccc");
    await expect(connected).rejects.toMatchObject({ name: "AbortError" });
    // One turn of the event loop: all that follows from the token has happened by then.
    await new Promise((resolve) => setImmediate(resolve));
    expect(browser.sockets).toEqual([]);
  });

  test("before the socket is open", async () => {
    const browser = new FakeBrowser();
    const client = browser.client();
    const connected = client.connect();
    const socket = await browser.nthSocket(1);
    await client.disconnect();
    await expect(connected).rejects.toMatchObject({ name: "AbortError" });
    expect(socket.sent).toEqual([]);
    expectNothingLeft(browser);
  });

  test("while the offer is being answered", async () => {
    const browser = new FakeBrowser();
    const client = browser.client();
    const connected = client.connect();
    const socket = await browser.serverInitializes();
    await socket.sentType("sdp_offer");
    await client.disconnect();
    await expect(connected).rejects.toMatchObject({ name: "AbortError" });
    const left = client.getSnapshot();
    socket.receive(SDP_ANSWER);
    expect(client.getSnapshot()).toBe(left);
    expect(socket.sentTypes.at(-1)).toBe("disconnect");
    expectNothingLeft(browser);
  });

  test("while the audio line is being set up", async () => {
    const browser = new FakeBrowser();
    const { client, connected } = await connectingClient(browser);
    await client.disconnect();
    await expect(connected).rejects.toMatchObject({ name: "AbortError" });
    browser.peer.becomes("connected");
    expect(client.getSnapshot().state).toBe("disconnected");
    expectNothingLeft(browser);
  });
});

describe("close()", () => {
  test("ends everything at once, may be repeated, and is for good", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    client.close();
    client.close();
    expect(client.getSnapshot().state).toBe("disconnected");
    expect(browser.socket.sentTypes.filter((type) => type === "disconnect")).toHaveLength(1);
    expectNothingLeft(browser);
    await expect(client.connect()).rejects.toMatchObject({ name: "InvalidStateError" });
  });

  test("cuts a disconnect() short", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    const done = client.disconnect();
    client.close();
    await done;
    expect(client.getSnapshot().state).toBe("disconnected");
    expectNothingLeft(browser);
  });

  test("a page that goes away where nothing can be kept ends its interview", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.page.dispatchEvent(new Event("pagehide"));
    expect(client.getSnapshot().state).toBe("disconnected");
    expect(browser.socket.sentTypes.at(-1)).toBe("disconnect");
    expectNothingLeft(browser);
  });
});

function expectNothingLeft(browser: FakeBrowser): void {
  const { page, networkInformation, socket, peer, microphone } = browser;
  const [track] = microphone.tracks;
  expect(socket.closeCode ?? socket.readyState).toSatisfy((value: number) => value === 1000 || value === 3);
  expect(peer.closed).toBe(true);
  for (const [target, types] of [
    [page, ["pagehide", "online"]],
    [networkInformation, ["change"]],
    [socket, ["open", "message", "close"]],
    [peer, ["connectionstatechange", "iceconnectionstatechange", "track"]],
    [peer.transport, ["statechange"]],
    [track, ["ended"]],
  ] as const) {
    const left = types.flatMap((type) => (target ? getEventListeners(target, type) : []));
    expect(left).toEqual([]);
  }
  expect(vi.getTimerCount()).toBe(0);
}
