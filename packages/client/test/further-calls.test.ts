import type { InterviewCall } from "@interview-proxy/client";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { connectingClient, FakeBrowser, INITIALIZED, SDP_ANSWER, snapshotWhere } from "./fakes/fake-browser.ts";
import { FakeStream, FakeTrack } from "./fakes/fake-media.ts";
import type { FakePeerConnection } from "./fakes/fake-peer-connection.ts";
import { failure } from "./fakes/server-messages.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] }));
afterEach(() => void vi.useRealTimers());

const CALL_LOST = { type: "reoffer", reason: "call_lost" };
const CALL_LIMIT = { type: "reoffer", reason: "call_limit" };

/** Each way in which a client learns that its call is gone. */
const LOSSES: readonly (readonly [string, (browser: FakeBrowser) => void])[] = [
  ["the server says so", (browser) => browser.socket.receive(CALL_LOST)],
  ["the connection has failed", (browser) => browser.peer.becomes("failed")],
  [
    "the voice service has hung up",
    (browser) => {
      browser.peer.hangsUp();
      vi.advanceTimersByTime(250);
    },
  ],
  [
    "nothing is heard for a second more than the browser takes to notice",
    (browser) => {
      browser.peer.becomes("disconnected");
      vi.advanceTimersByTime(1_000);
    },
  ],
];

/** All states that the client goes through from now on. */
function statesOf(client: InterviewCall): string[] {
  const states: string[] = [];
  client.subscribe(() => {
    const { state } = client.getSnapshot();
    if (states.at(-1) !== state) states.push(state);
  });
  return states;
}

/** Answers the client's n-th offer over its present socket. */
async function answer(browser: FakeBrowser, n: number, offersOnSocket = n): Promise<FakePeerConnection> {
  await browser.socket.sentType("sdp_offer", offersOnSocket);
  browser.socket.receive({ ...SDP_ANSWER, callId: `rtc_${n}` });
  const peer = await browser.nthPeer(n);
  await peer.answered();
  return peer;
}

async function connect(client: InterviewCall, peer: FakePeerConnection): Promise<void> {
  const up = snapshotWhere(client, ({ state }) => state === "connected");
  peer.becomes("connected");
  await up;
}

function offersOf(browser: FakeBrowser): number {
  return browser.sockets.flatMap(({ sentTypes }) => sentTypes.filter((type) => type === "sdp_offer")).length;
}

/** Lets all that follows from what has happened take place. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Who wants a call replaced that seems to be well. */
const WISHES: readonly (readonly [string, (browser: FakeBrowser, client: InterviewCall) => void])[] = [
  ["the server", (browser) => browser.socket.receive(CALL_LIMIT)],
  ["the person", (_browser, client) => void client.reconnectAudio()],
];

describe("a call that is to be replaced", () => {
  test("cannot be without there being one", async () => {
    await expect(new FakeBrowser().client().reconnectAudio()).rejects.toThrow("There is no interview at present.");
  });

  test.each(WISHES)(
    "as %s wants goes on until the new one is up; then that is heard, and nobody notices",
    async (_by, ask) => {
      const browser = new FakeBrowser();
      const client = await browser.connectedClient();
      const states = statesOf(client);
      const first = browser.peer;
      const [voice, nextVoice] = [new FakeStream([new FakeTrack()]), new FakeStream([new FakeTrack()])];
      first.receivesTrack(voice.tracks[0], [voice]);
      ask(browser, client);
      const second = await answer(browser, 2);
      expect(second.tracks).toEqual(first.tracks);
      second.receivesTrack(nextVoice.tracks[0], [nextVoice]);
      expect([browser.audio.srcObject, first.closed]).toEqual([voice, false]);

      const heard = snapshotWhere(client, ({ remoteStream }) => (remoteStream as unknown) === nextVoice);
      second.becomes("connected");
      await heard;
      expect([browser.audio.srcObject, browser.audio.playing, first.closed, second.closed]).toEqual([
        nextVoice,
        true,
        true,
        false,
      ]);
      expect(states).toEqual(["connected"]);
      expect(client.getSnapshot().callId).toBe("rtc_2");
      expect([browser.microphone.tracks[0]?.stopped, browser.sockets.length]).toEqual([false, 1]);
      client.close();
      expect(second.closed).toBe(true);
      expect(vi.getTimerCount()).toBe(0);
    },
  );

  test("goes on where the new one is refused for good", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    const states = statesOf(client);
    browser.socket.receive(CALL_LIMIT);
    await browser.socket.sentType("sdp_offer", 2);
    browser.socket.receive(failure("UPSTREAM_UNAUTHORIZED", false));
    await settled();
    vi.advanceTimersByTime(60_000);
    expect([states, offersOf(browser), browser.peers[0]?.closed, browser.peers[1]?.closed]).toEqual([
      ["connected"],
      2,
      false,
      true,
    ]);
    client.close();
  });
});

describe("a call that is lost", () => {
  test.each(LOSSES)("is made anew: %s", async (_name, lose) => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.socket.receive({ type: "speaking", role: "interviewer", active: true });
    lose(browser);
    expect(client.getSnapshot()).toMatchObject({ state: "interrupted", speaking: { interviewer: false } });
    // Whatever else tells of the same loss changes nothing.
    browser.socket.receive(CALL_LOST);
    await connect(client, await answer(browser, 2));
    expect([offersOf(browser), browser.peers.map(({ closed }) => closed)]).toEqual([2, [true, false]]);
    expect(browser.microphone.tracks[0]?.stopped).toBe(false);
    client.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("again and again is made anew again and again", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    for (let n = 2; n < 6; n += 1) {
      browser.socket.receive(CALL_LOST);
      await connect(client, await answer(browser, n));
    }
    expect(browser.peers.map(({ closed }) => closed)).toEqual([true, true, true, true, false]);
    client.close();
  });

  test("is not given up for a second of silence", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    const states = statesOf(client);
    browser.peer.becomes("disconnected");
    vi.advanceTimersByTime(999);
    browser.peer.becomes("connected");
    vi.advanceTimersByTime(60_000);
    expect([states.at(-1) ?? "connected", browser.peers.length]).toEqual(["connected", 1]);
    client.close();
  });

  test("and comes back before the server was asked for another, goes on", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.socket.serverCloses(1006);
    browser.peer.becomes("disconnected");
    vi.advanceTimersByTime(1_000);
    expect(client.getSnapshot().state).toBe("interrupted");
    const second = await browser.nthPeer(2);
    browser.peers[0]?.becomes("connected");
    await settled();
    expect(client.getSnapshot().state).toBe("connected");
    expect([second.closed, browser.peers[0]?.closed]).toEqual([true, false]);
    client.close();
    expect(offersOf(browser)).toBe(1);
  });

  test("while its successor is being set up, does not stop that; a successor that is lost is made again", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.socket.receive(CALL_LIMIT);
    const second = await answer(browser, 2);
    await settled();
    browser.socket.receive(CALL_LOST);
    await settled();
    expect(second.closed).toBe(true);
    vi.advanceTimersByTime(0);
    await connect(client, await answer(browser, 3));
    client.close();
  });

  test("before it was ever up is made again too", async () => {
    const browser = new FakeBrowser();
    const { client, connected } = await connectingClient(browser);
    browser.socket.receive(CALL_LOST);
    await settled();
    vi.advanceTimersByTime(0);
    (await answer(browser, 2)).becomes("connected");
    await connected;
    expect(browser.peers.map(({ closed }) => closed)).toEqual([true, false]);
    client.close();
  });

  test("is not made anew once the interview is being ended", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.socket.receive(CALL_LOST);
    await browser.socket.sentType("sdp_offer", 2);
    const done = client.disconnect();
    expect(client.getSnapshot().state).toBe("disconnecting");
    browser.peers[0]?.becomes("failed");
    await settled();
    browser.socket.receive({ type: "disconnected", sessionId: "x", reason: "client_disconnected" });
    await done;
    expect(client.getSnapshot()).toMatchObject({ state: "disconnected", endReason: "client_disconnected" });
    expect(offersOf(browser)).toBe(2);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("a further call that cannot be made", () => {
  test("is tried again, after growing delays, as long as the server says that it may be", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.socket.receive(CALL_LOST);
    const waits: number[] = [];
    for (let offers = 2; offers < 7; offers += 1) {
      await browser.socket.sentType("sdp_offer", offers);
      browser.socket.receive(failure("UPSTREAM_UNAVAILABLE", true));
      let waited = 0;
      await settled();
      for (; browser.peers.length === offers; waited += 10) {
        vi.advanceTimersByTime(waited === 0 ? 0 : 10);
        await settled();
      }
      waits.push(Math.max(0, waited - 10));
    }
    expect(waits).toEqual([0, 300, 1200, 2700, 4800]);
    expect(client.getSnapshot().state).toBe("interrupted");
    expect(client.getSnapshot().error).toBeUndefined();
    client.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("is tried again not before the server wants it", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.socket.receive(CALL_LOST);
    await browser.socket.sentType("sdp_offer", 2);
    browser.socket.receive(failure("RATE_LIMITED", true, { retryAfterMs: 4_000 }));
    await settled();
    vi.advanceTimersByTime(3_999);
    await settled();
    expect(browser.peers).toHaveLength(2);
    vi.advanceTimersByTime(1);
    await connect(client, await answer(browser, 3));
    client.close();
  });

  test("for good, ends the interview with words", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.socket.receive(CALL_LOST);
    await browser.socket.sentType("sdp_offer", 2);
    browser.socket.receive(failure("UPSTREAM_REJECTED_SDP", false));
    const { error } = await snapshotWhere(client, ({ state }) => state === "failed");
    expect(error).toMatchObject({ code: "UPSTREAM_REJECTED_SDP", nextStep: "What to do." });
    expect(browser.peers.every(({ closed }) => closed)).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("because the interview is over, waits for the reason", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.socket.receive(CALL_LOST);
    await browser.socket.sentType("sdp_offer", 2);
    browser.socket.receive(failure("SESSION_ENDED", false));
    await settled();
    browser.socket.receive({ type: "ended", seq: 3, reason: "budget_exceeded" });
    expect(client.getSnapshot()).toMatchObject({ state: "disconnected", endReason: "budget_exceeded" });
    expect(vi.getTimerCount()).toBe(0);
  });

  test("because its socket is lost, is offered over the next one", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.socket.receive(CALL_LOST);
    await browser.socket.sentType("sdp_offer", 2);
    browser.socket.serverCloses(1006);
    await settled();
    vi.advanceTimersByTime(0);
    const socket = await browser.nthSocket(2);
    socket.open();
    await settled();
    expect(socket.sentTypes).toEqual(["init"]);
    socket.receive({ ...INITIALIZED, resumed: true, seq: 9 });
    socket.receive(CALL_LOST);
    await connect(client, await answer(browser, 3, 1));
    expect(socket.sentTypes).toEqual(["init", "sdp_offer"]);
    client.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("because the network lets no sound through, is made three times", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.peer.becomes("failed");
    for (let n = 2; n <= 4; n += 1) {
      const peer = await answer(browser, n);
      await settled();
      peer.becomes("failed");
      await settled();
      vi.advanceTimersByTime(300);
    }
    expect(client.getSnapshot()).toMatchObject({ state: "failed", error: { code: "AUDIO_LINE_FAILED" } });
    expect(offersOf(browser)).toBe(4);
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe("the time of an interrupted interview", () => {
  test("stands while the server's clock stands, and runs again from where it stood", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    const clock = (running: boolean, remainingSeconds: number) =>
      browser.socket.receive({ type: "clock", running, remainingSeconds, deadline: "2030-01-01T00:05:00.000Z" });
    browser.time = 10_000;
    clock(false, 90);
    expect(client.getSnapshot()).toMatchObject({ endsAt: undefined, pausedSecondsLeft: 90 });
    browser.time = 50_000;
    clock(true, 90);
    expect(client.getSnapshot()).toMatchObject({ endsAt: 140_000, pausedSecondsLeft: undefined });
    expect(client.getSnapshot().deadline).toBe("2030-01-01T00:05:00.000Z");
    client.close();
    expect(client.getSnapshot()).toMatchObject({ endsAt: undefined, pausedSecondsLeft: undefined });
  });

  test("that stands bounds a wait for the server by what is left of it", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.socket.receive({
      type: "clock",
      running: false,
      remainingSeconds: 30,
      deadline: "2030-01-01T00:00:30.000Z",
    });
    browser.time = 100_000;
    browser.socket.serverCloses(1006);
    vi.advanceTimersByTime(29_999);
    expect(client.getSnapshot().state).toBe("connected");
    vi.advanceTimersByTime(1);
    expect(client.getSnapshot()).toMatchObject({ state: "disconnected", endReason: "time_limit" });
  });
});
