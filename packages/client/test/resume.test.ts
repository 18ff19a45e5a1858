import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FakeBrowser, INITIALIZED, SDP_ANSWER, SESSION_ID, snapshotWhere } from "./fakes/fake-browser.ts";
import { FakeStorage } from "./fakes/fake-storage.ts";
import { failure } from "./fakes/server-messages.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] }));
afterEach(() => void vi.useRealTimers());

const TURN = { id: "t1", n: 1, role: "candidate", text: "Before.", status: "complete", startedAt: null, endedAt: null };

/** A tab whose storage lasts, in the middle of an interview. */
async function tabWithInterview() {
  const browser = new FakeBrowser();
  browser.sessionStorage = new FakeStorage();
  return { browser, storage: browser.sessionStorage, client: await browser.connectedClient() };
}

/** The same tab after a reload. */
function reloaded({ sessionStorage }: FakeBrowser): FakeBrowser {
  const browser = new FakeBrowser();
  browser.sessionStorage = sessionStorage;
  return browser;
}

async function tabAfterReload(): Promise<FakeBrowser> {
  const { browser } = await tabWithInterview();
  browser.page.dispatchEvent(new Event("pagehide"));
  return reloaded(browser);
}

describe("what the tab keeps", () => {
  test("is the session's id and newest token, from the first answer on", async () => {
    const browser = new FakeBrowser();
    const storage = new FakeStorage();
    browser.sessionStorage = storage;
    const client = browser.client();
    const connected = client.connect();
    await browser.serverInitializes();
    await browser.socket.sentType("sdp_offer");
    expect(storage.text).toBe("");
    browser.socket.receive(SDP_ANSWER);
    await browser.peer.answered();
    expect(storage.text).toBe(`${SESSION_ID} resume-me`);
    browser.peer.becomes("connected");
    await connected;

    browser.socket.serverCloses(1006);
    vi.advanceTimersByTime(0);
    browser.socket.open();
    browser.socket.receive({ ...INITIALIZED, resumed: true, resumeToken: "resume-me-2" });
    expect(storage.text).toBe(`${SESSION_ID} resume-me-2`);
    expect(JSON.stringify([...storage.items.keys()])).not.toContain("simulation");
    expect(client.getSnapshot().canResume).toBe(false);
    client.close();
  });

  test.each([
    ["its own end", (browser: FakeBrowser) => browser.socket.receive({ type: "ended", seq: 1, reason: "completed" })],
    ["a takeover", (browser: FakeBrowser) => browser.socket.receive(failure("SESSION_TAKEN_OVER", false))],
    ["a close for good", (browser: FakeBrowser) => browser.socket.serverCloses(4410)],
  ])("is forgotten at the end: %s", async (_name, end) => {
    const { browser, storage, client } = await tabWithInterview();
    end(browser);
    expect([storage.text, client.getSnapshot().canResume]).toEqual(["", false]);
  });

  test.each(["disconnect", "close"] as const)("is forgotten with %s()", async (leave) => {
    const { browser, storage, client } = await tabWithInterview();
    const done = client[leave]();
    vi.advanceTimersByTime(2_000);
    await done;
    expect([storage.text, client.getSnapshot().canResume]).toEqual(["", false]);
    expect(browser.socket.sentTypes).toContain("disconnect");
  });

  test("is for one server, and anything else there is taken for nothing", async () => {
    const browser = await tabAfterReload();
    expect(browser.client().getSnapshot().canResume).toBe(true);
    expect(browser.client({ url: "ws://other.test" }).getSnapshot().canResume).toBe(false);
    expect(browser.client({ url: "not an address" }).getSnapshot().canResume).toBe(false);
    for (const key of browser.sessionStorage?.items.keys() ?? []) browser.sessionStorage?.setItem(key, "rubbish");
    const client = browser.client();
    expect(client.getSnapshot().canResume).toBe(false);
    await expect(client.resume()).rejects.toMatchObject({ name: "InvalidStateError" });
  });

  test("is nothing where the storage is full: the interview ends with the page", async () => {
    const browser = new FakeBrowser();
    browser.sessionStorage = Object.assign(new FakeStorage(), { refuses: true });
    await browser.connectedClient();
    browser.page.dispatchEvent(new Event("pagehide"));
    expect(browser.socket.sentTypes).toContain("disconnect");
  });

  test("stays when a call could not be made anew, so that another try goes on with it", async () => {
    const { browser, storage, client } = await tabWithInterview();
    browser.socket.receive({ type: "reoffer", reason: "call_lost" });
    await browser.socket.sentType("sdp_offer", 2);
    browser.socket.receive(failure("UPSTREAM_UNAUTHORIZED", false));
    expect((await snapshotWhere(client, ({ state }) => state === "failed")).canResume).toBe(true);
    expect(storage.text).not.toBe("");
    expect(browser.socket.sentTypes).not.toContain("disconnect");
  });
});

test("a page that goes away leaves its interview open, and lets go of everything", async () => {
  const { browser, client } = await tabWithInterview();
  browser.page.dispatchEvent(new Event("pagehide"));
  expect(browser.socket.sentTypes).not.toContain("disconnect");
  expect([browser.socket.closeCode, browser.peer.closed, browser.microphone.tracks[0]?.stopped]).toEqual([
    1000,
    true,
    true,
  ]);
  // The browser may show the page again as it was.
  expect(client.getSnapshot()).toMatchObject({ state: "idle", canResume: true });
  expect(client.getSnapshot().endReason).toBeUndefined();
  expect(vi.getTimerCount()).toBe(0);
});

describe("resume()", () => {
  test("comes back with the kept token, hears all turns again, and calls the interviewer", async () => {
    const browser = await tabAfterReload();
    const client = browser.client({ token: "aaa.bbb.ccc", sessionId: "my-name" });
    const resumed = client.resume();
    expect(client.getSnapshot()).toMatchObject({ state: "requesting_microphone", canResume: false });
    vi.advanceTimersByTime(0);
    expect(browser.socket.protocols).toEqual(["bearer", "resume-me"]);
    browser.socket.open();
    expect(browser.socket.sent).toEqual([{ type: "init", protocol: 1, resumeToken: "resume-me", lastSeq: 0 }]);
    browser.socket.receive({ ...INITIALIZED, resumed: true, resumeToken: "resume-me-2", seq: 5, remainingSeconds: 70 });
    browser.socket.receive({ type: "turn", seq: 4, ...TURN });
    browser.socket.receive({ type: "reoffer", reason: "call_lost" });
    await browser.socket.sentType("sdp_offer");
    browser.socket.receive(SDP_ANSWER);
    await browser.peer.answered();
    browser.peer.becomes("connected");
    await resumed;
    expect(client.getSnapshot()).toMatchObject({ state: "connected", endsAt: 70_000, captions: [{ text: "Before." }] });
    expect(browser.socket.sentTypes).toEqual(["init", "mute", "sdp_offer"]);
    expect(browser.sessionStorage?.text).toBe(`${SESSION_ID} resume-me-2`);
    expect(JSON.stringify([client.getSnapshot(), client.events.getSnapshot()])).not.toContain("resume-me");
    client.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([
    ["UNAUTHENTICATED", "SESSION_LOST"],
    ["SESSION_FORBIDDEN", "SESSION_FORBIDDEN"],
  ])("of a session that the server refuses with %s says so plainly, and offers a fresh start", async (told, code) => {
    const browser = await tabAfterReload();
    const client = browser.client();
    const resumed = client.resume();
    vi.advanceTimersByTime(0);
    browser.socket.open();
    browser.socket.receive(failure(told, false));
    await expect(resumed).rejects.toMatchObject({ problem: { code } });
    expect(client.getSnapshot()).toMatchObject({ state: "failed", canResume: false });
    expect([browser.sessionStorage?.text, browser.requests]).toEqual(["", []]);

    const connected = client.connect();
    const socket = await browser.nthSocket(2);
    socket.open();
    expect(socket.sent).toEqual([{ type: "init", protocol: 1 }]);
    client.close();
    await expect(connected).rejects.toMatchObject({ name: "AbortError" });
  });

  test("of a session that has ended tells the reason", async () => {
    const browser = await tabAfterReload();
    const client = browser.client();
    const resumed = client.resume();
    vi.advanceTimersByTime(0);
    browser.socket.open();
    browser.socket.receive(failure("SESSION_ENDED", false, { reason: "client_gone" }));
    await expect(resumed).rejects.toMatchObject({ name: "AbortError" });
    expect(client.getSnapshot()).toMatchObject({ state: "disconnected", endReason: "client_gone", canResume: false });
  });

  test("waits for a server that is away or busy, and keeps the session where that lasts", async () => {
    const browser = await tabAfterReload();
    const client = browser.client();
    const resumed = client.resume();
    vi.advanceTimersByTime(0);
    browser.socket.serverCloses(1006);
    vi.advanceTimersByTime(300);
    browser.socket.open();
    browser.socket.receive(failure("SESSION_BUSY", true));
    await snapshotWhere(client, ({ state }) => state === "signalling");
    vi.advanceTimersByTime(30_000);
    await expect(resumed).rejects.toMatchObject({ problem: { code: "SERVER_TIMEOUT" } });
    expect(client.getSnapshot()).toMatchObject({ state: "failed", canResume: true });
    expect(browser.requests).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("connect() in place of resume()", () => {
  const OTHER = `ses_${"b".repeat(22)}`;

  test("ends the interview that was kept when it has begun another", async () => {
    const browser = await tabAfterReload();
    browser.fetch = () => Promise.resolve(new Response(null, { status: 204 }));
    const client = browser.client();
    const connected = client.connect();
    const socket = await browser.nthSocket(1);
    expect(socket.protocols).toEqual([]);
    socket.open();
    expect([browser.requests, browser.sessionStorage?.text]).toEqual([[], `${SESSION_ID} resume-me`]);
    socket.receive({ ...INITIALIZED, sessionId: OTHER, resumeToken: "resume-other" });
    expect(browser.requests).toEqual([
      {
        url: `http://interview.test/api/sessions/${SESSION_ID}`,
        init: { method: "DELETE", headers: { authorization: "Bearer resume-me" }, keepalive: true },
      },
    ]);
    await socket.sentType("sdp_offer");
    socket.receive({ ...SDP_ANSWER, sessionId: OTHER });
    await browser.peer.answered();
    browser.peer.becomes("connected");
    await connected;
    expect(browser.sessionStorage?.text).toBe(`${OTHER} resume-other`);
    client.close();
  });

  test("that comes to the same session, as by a ticket or a name, goes on with it", async () => {
    const browser = await tabAfterReload();
    const client = browser.client();
    const connected = client.connect();
    await browser.nthPeer(1);
    await browser.serverAnswers();
    await browser.peer.answered();
    browser.peer.becomes("connected");
    await connected;
    expect([browser.requests, browser.sessionStorage?.text]).toEqual([[], `${SESSION_ID} resume-me`]);
    client.close();
  });

  test("that comes to nothing leaves what was kept", async () => {
    const browser = await tabAfterReload();
    const client = browser.client();
    const connected = client.connect();
    (await browser.nthSocket(1)).serverCloses(1006);
    await expect(connected).rejects.toMatchObject({ problem: { code: "SERVER_UNREACHABLE" } });
    expect(client.getSnapshot()).toMatchObject({ state: "failed", canResume: true });
    expect(browser.requests).toEqual([]);
  });
});
