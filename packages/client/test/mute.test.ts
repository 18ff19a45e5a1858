import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FakeBrowser, SESSION_ID } from "./fakes/fake-browser.ts";
import { FakeStream, FakeTrack } from "./fakes/fake-media.ts";
import { FakeStorage } from "./fakes/fake-storage.ts";
import { comesBack, reopenedAtOnce } from "./fakes/server-messages.ts";
import type { FakeSocket } from "./fakes/fake-socket.ts";

function toldMute({ sent }: FakeSocket): unknown[] {
  return sent.filter(({ type }) => type === "mute").map(({ muted }) => muted);
}

describe("muting", () => {
  test("silences the microphone and tells the server, and so does speaking again", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    client.setMuted(true);
    expect(client.getSnapshot().muted).toBe(true);
    expect(browser.microphone.tracks[0]).toMatchObject({ enabled: false, stopped: false });
    client.setMuted(false);
    expect(client.getSnapshot().muted).toBe(false);
    expect(browser.microphone.tracks[0]?.enabled).toBe(true);
    expect(toldMute(browser.socket)).toEqual([true, false]);
    client.close();
  });

  test("before the call holds from its first moment on, and the server is told with the session", async () => {
    const browser = new FakeBrowser();
    const client = browser.client();
    client.setMuted(true);
    client.connect().catch(() => {});
    const socket = await browser.serverInitializes();
    await socket.sentType("sdp_offer");
    expect(socket.sentTypes).toEqual(["init", "mute", "sdp_offer"]);
    expect(browser.microphone.tracks[0]?.enabled).toBe(false);
    client.close();
  });

  test("holds for the next interview and for another microphone", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    client.setMuted(true);
    const other = new FakeStream([new FakeTrack()]);
    browser.getUserMedia = () => Promise.resolve(other);
    await client.selectMicrophone("other");
    expect(other.tracks[0]?.enabled).toBe(false);
    browser.socket.receive({ type: "ended", seq: 1, reason: "completed" });
    expect(client.getSnapshot()).toMatchObject({ state: "disconnected", muted: true });
    client.connect().catch(() => {});
    expect(client.getSnapshot().muted).toBe(true);
    client.close();
  });

  test("a server that was told nothing is told nothing", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    expect(toldMute(browser.socket)).toEqual([]);
    client.close();
  });

  test("leaves the caller's own stream as it was, once the interview is over", async () => {
    const browser = new FakeBrowser();
    const mediaStream = browser.microphone as unknown as MediaStream;
    const client = await browser.connectedClient({ mediaStream });
    client.setMuted(true);
    client.close();
    expect(browser.microphone.tracks[0]).toMatchObject({ enabled: true, stopped: false });
  });

  test("after a reload the server is told that the person is heard again", async () => {
    const before = new FakeBrowser();
    before.sessionStorage = new FakeStorage();
    (await before.connectedClient()).setMuted(true);
    before.page.dispatchEvent(new Event("pagehide"));
    const browser = new FakeBrowser();
    browser.sessionStorage = before.sessionStorage;
    const client = browser.client();
    client.resume().catch(() => {});
    const socket = await browser.serverInitializes();
    await socket.sentType("mute");
    expect(toldMute(socket)).toEqual([false]);
    client.close();
  });

  test("over HTTP is told by a request of its own", async () => {
    const browser = new FakeBrowser();
    const reply = { sessionId: SESSION_ID, sdpAnswer: "v=0\r\n", callId: "c1", resumeToken: "t1" };
    const times = { deadline: "2030-01-01T00:00:00.000Z", remainingSeconds: 60 };
    browser.fetch = () => Promise.resolve(Response.json({ ...reply, ...times }));
    const client = browser.client({ signalling: "http" });
    client.connect().catch(() => {});
    await (await browser.nthPeer(1)).answered();
    client.setMuted(true);
    expect(browser.requests.at(-1)).toMatchObject({
      url: `http://interview.test/api/sessions/${SESSION_ID}/mute`,
      init: { method: "POST", body: '{"muted":true}', headers: { authorization: "Bearer t1" } },
    });
    client.close();
  });
});

describe("while the socket is away", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] }));
  afterEach(() => void vi.useRealTimers());

  test("it goes unsaid, and is said once the session is served again", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.socket.serverCloses(1006);
    client.setMuted(true);
    const socket = reopenedAtOnce(browser);
    comesBack(socket);
    expect(toldMute(socket)).toEqual([true]);
    client.close();
  });
});
