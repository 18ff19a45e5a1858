import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FakeBrowser, SESSION_ID } from "./fakes/fake-browser.ts";
import { captionsOf, comesBack, failure, reopenedAtOnce, turn } from "./fakes/server-messages.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] }));
afterEach(() => void vi.useRealTimers());

const PING_EVERY_MS = 5_000;
const PATIENCE_MS = 3_000;

/** Cuts the socket and lets every attempt fail at once; returns how long the client waited before each, in milliseconds. */
function waitsOf(browser: FakeBrowser, attempts: number): number[] {
  const waits: number[] = [];
  for (let made = browser.sockets.length; waits.length < attempts; made += 1) {
    browser.socket.serverCloses(1006);
    let waited = 0;
    for (; browser.sockets.length === made; waited += 10) vi.advanceTimersByTime(waited === 0 ? 0 : 10);
    waits.push(Math.max(0, waited - 10));
  }
  return waits;
}

describe("a socket lost in mid-interview", () => {
  test("is replaced, with the session's own credential and from where it stopped; the audio is not touched", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.socket.receive(turn(1, 4));
    browser.socket.serverCloses(1006);
    expect(client.getSnapshot()).toMatchObject({ state: "connected", line: { signalling: "reconnecting" } });
    expect(client.getSnapshot().error).toBeUndefined();

    const second = reopenedAtOnce(browser);
    expect(second).toMatchObject({ url: "ws://interview.test/?simulation=true", protocols: ["bearer", "resume-me"] });
    comesBack(second, { resumeToken: "resume-me-2", remainingSeconds: 100 });
    expect(second.sent).toEqual([{ type: "init", protocol: 1, resumeToken: "resume-me", lastSeq: 4 }]);
    expect(client.getSnapshot()).toMatchObject({
      state: "connected",
      sessionId: SESSION_ID,
      endsAt: 100_000,
      line: { signalling: "open" },
    });
    expect(browser.peers).toHaveLength(1);
    expect([browser.peer.closed, browser.microphone.tracks[0]?.stopped]).toEqual([false, false]);

    // The newest token is the one that counts, and nothing shows it.
    second.serverCloses(1006);
    vi.advanceTimersByTime(300);
    expect(browser.socket.protocols).toEqual(["bearer", "resume-me-2"]);
    expect(JSON.stringify([client.getSnapshot(), client.events.getSnapshot()])).not.toContain("resume-me");
    client.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("keeps its token until it has another: a reply that is lost locks nobody out", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.socket.serverCloses(1006);
    for (let lost = 0; lost < 5; lost += 1) {
      vi.advanceTimersByTime(20_000);
      browser.socket.open();
      expect(browser.socket.sentTypes).toEqual(["init"]);
      browser.socket.serverCloses(1006);
    }
    vi.advanceTimersByTime(20_000);
    expect(browser.socket.protocols).toEqual(["bearer", "resume-me"]);
    comesBack(browser.socket);
    expect(client.getSnapshot().line.signalling).toBe("open");
    client.close();
  });

  test("leaves captions as they were heard; what was missed comes once, and a hole is seen until the turn is whole", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    const says = (turnId: string, text: string) => ({ type: "transcript_delta", turnId, role: "candidate", text });
    browser.socket.receive(turn(1));
    browser.socket.receive({ type: "speaking", role: "candidate", active: true });
    browser.socket.receive(says("t2", "I would"));
    browser.socket.serverCloses(1006);
    expect(client.getSnapshot().speaking).toEqual({ candidate: false, interviewer: false });
    expect(captionsOf(client)).toEqual(["Turn 1.", "I would … "]);

    const second = reopenedAtOnce(browser);
    comesBack(second);
    second.receive(says("t2", "again."));
    expect(captionsOf(client)).toEqual(["Turn 1.", "I would … again."]);
    // After a restart the server tells every turn again, under higher numbers.
    for (const [n, seq] of [
      [1, 9_001],
      [2, 9_002],
      [3, 9_003],
    ] as const)
      second.receive(turn(n, seq));
    expect(captionsOf(client)).toEqual(["Turn 1.", "Turn 2.", "Turn 3."]);
    client.close();
  });

  test("tells the end that came meanwhile", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.socket.serverCloses(1006);
    const second = reopenedAtOnce(browser);
    comesBack(second);
    second.receive({ type: "ended", seq: 7, reason: "budget_exceeded" });
    expect(client.getSnapshot()).toMatchObject({ state: "disconnected", endReason: "budget_exceeded" });
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("attempts to reconnect", () => {
  test("come after 0, 300, 1200, 2700, 4800, then 7000 ms", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    expect(waitsOf(browser, 7)).toEqual([0, 300, 1200, 2700, 4800, 7000, 7000]);
    client.close();
  });

  test.each([
    [0, [0, 300, 600, 1350, 2400, 3500]],
    [0.9, [0, 300, 1680, 3780, 6720, 9800]],
  ])("are spread from the third on: dice that show %d", async (chance, waits) => {
    const browser = new FakeBrowser();
    browser.chance = chance;
    const client = await browser.connectedClient();
    expect(waitsOf(browser, 6)).toEqual(waits);
    client.close();
  });

  test("grow apart also where each is let in and cut again; a socket that has answered begins them anew", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.socket.serverCloses(1006);
    comesBack(reopenedAtOnce(browser));
    browser.socket.serverCloses(1006);
    vi.advanceTimersByTime(299);
    expect(browser.sockets).toHaveLength(2);
    vi.advanceTimersByTime(1);
    comesBack(await browser.nthSocket(3));
    vi.advanceTimersByTime(PING_EVERY_MS);
    browser.socket.receive({ type: "pong", time: 1 });
    browser.socket.serverCloses(1006);
    reopenedAtOnce(browser);
    client.close();
  });

  test("that hang are given up after 5 s", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.socket.serverCloses(1006);
    const hanging = reopenedAtOnce(browser);
    hanging.open();
    vi.advanceTimersByTime(5_000 + 300);
    expect(hanging.closeCode).toBe(1000);
    expect(browser.sockets).toHaveLength(3);
    client.close();
  });

  test("wait as long as the server says, also where it keeps the socket open", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.socket.serverCloses(1006);
    const refused = reopenedAtOnce(browser);
    refused.open();
    refused.receive(failure("RATE_LIMITED", true, { retryAfterMs: 2_000 }));
    expect(refused.closeCode).toBe(1000);
    expect(client.getSnapshot()).toMatchObject({ state: "connected", line: { signalling: "reconnecting" } });
    expect(client.getSnapshot().error).toBeUndefined();
    vi.advanceTimersByTime(1_999);
    expect(browser.sockets).toHaveLength(2);
    vi.advanceTimersByTime(1);
    expect(browser.sockets).toHaveLength(3);
    client.close();
  });

  test.each(["online", "change"])("are made at once on %s", async (event) => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    waitsOf(browser, 5);
    browser.socket.serverCloses(1006);
    const made = browser.sockets.length;
    (event === "online" ? browser.page : browser.networkInformation).dispatchEvent(new Event(event));
    expect(browser.sockets).toHaveLength(made + 1);
    client.close();
  });

  test("under way are made anew when the network is back, and not for a mere change of speed", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.socket.serverCloses(1006);
    const hanging = reopenedAtOnce(browser);
    browser.networkInformation.dispatchEvent(new Event("change"));
    expect(browser.sockets).toHaveLength(2);
    browser.page.dispatchEvent(new Event("online"));
    expect(browser.sockets).toHaveLength(3);
    expect(hanging.closeCode).toBe(1000);
    client.close();
  });
});

describe("a socket that is dead without saying so", () => {
  test("is noticed by its silence, 3 s after a ping", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    for (let n = 0; n < 3; n += 1) {
      vi.advanceTimersByTime(PING_EVERY_MS);
      expect(browser.socket.sentTypes.at(-1)).toBe("ping");
      browser.socket.receive({ type: "pong", time: n });
    }
    vi.advanceTimersByTime(PING_EVERY_MS + PATIENCE_MS - 1);
    expect(client.getSnapshot().line.signalling).toBe("open");
    const dead = browser.socket;
    vi.advanceTimersByTime(1);
    expect(client.getSnapshot().line.signalling).toBe("reconnecting");
    comesBack(reopenedAtOnce(browser));
    // What still arrives over the old one is nobody's any more.
    const heard = client.getSnapshot();
    dead.receive(failure("SESSION_TAKEN_OVER", false));
    expect(client.getSnapshot()).toBe(heard);
    client.close();
  });

  test("is looked after when the network changes, and replaced at once when it was away", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.networkInformation.dispatchEvent(new Event("change"));
    expect(browser.socket.sentTypes.at(-1)).toBe("ping");
    browser.socket.receive({ type: "pong", time: 1 });
    expect(client.getSnapshot().line.signalling).toBe("open");
    browser.page.dispatchEvent(new Event("online"));
    expect(client.getSnapshot().line.signalling).toBe("reconnecting");
    comesBack(reopenedAtOnce(browser));
    client.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("there is no way back", () => {
  test.each([
    ["SESSION_FORBIDDEN", "SESSION_FORBIDDEN"],
    ["SESSION_ENDED", "SESSION_ENDED"],
    ["SESSION_TAKEN_OVER", "SESSION_TAKEN_OVER"],
    ["UNAUTHENTICATED", "SESSION_LOST"],
    ["A_CODE_OF_LATER", "A_CODE_OF_LATER"],
  ])("where the server says %s: the call ends with plain words, and nobody's session", async (told, code) => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.socket.serverCloses(1006);
    const socket = reopenedAtOnce(browser);
    socket.open();
    socket.receive(failure(told, false));
    const { state, error } = client.getSnapshot();
    expect([state, error?.code]).toEqual(["failed", code]);
    expect(error?.nextStep).toMatch(/\w/);
    expect([browser.peer.closed, browser.microphone.tracks[0]?.stopped]).toEqual([true, true]);
    expect(socket.sentTypes).toEqual(["init"]);
    expect(browser.requests).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("where the session has ended meanwhile, and the reason is told", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.socket.serverCloses(1006);
    const socket = reopenedAtOnce(browser);
    socket.receive(failure("SESSION_ENDED", false, { reason: "completed" }));
    expect(client.getSnapshot()).toMatchObject({ state: "disconnected", endReason: "completed" });
    expect(vi.getTimerCount()).toBe(0);
  });

  test("after the session's own deadline", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.socket.receive({ type: "time_remaining", seconds: 20 });
    browser.socket.serverCloses(1006);
    vi.advanceTimersByTime(19_999);
    expect(client.getSnapshot().state).toBe("connected");
    vi.advanceTimersByTime(1);
    expect(client.getSnapshot()).toMatchObject({ state: "disconnected", endReason: "time_limit" });
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("leaving while the line is down", () => {
  test.each(["disconnect", "close"] as const)("%s() ends the session by a request", async (leave) => {
    const browser = new FakeBrowser();
    browser.fetch = () => Promise.resolve(new Response(null, { status: 204 }));
    const client = await browser.connectedClient();
    browser.socket.serverCloses(1006);
    await client[leave]();
    expect(browser.requests).toEqual([
      {
        url: `http://interview.test/api/sessions/${SESSION_ID}`,
        init: { method: "DELETE", headers: { authorization: "Bearer resume-me" }, keepalive: true },
      },
    ]);
    expect(client.getSnapshot()).toMatchObject({ state: "disconnected", endReason: "client_disconnected" });
    expect(vi.getTimerCount()).toBe(0);
  });
});
