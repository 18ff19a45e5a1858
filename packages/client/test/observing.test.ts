import type { Readable } from "@interview-proxy/client";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FakeBrowser } from "./fakes/fake-browser.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setInterval", "clearInterval"] }));
afterEach(() => void vi.useRealTimers());

describe("snapshot", () => {
  test("is the same object until something changes, and never changes itself", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    const before = client.getSnapshot();
    const copy = { ...before };
    expect(client.getSnapshot()).toBe(before);
    browser.socket.receive({ type: "later" });
    expect(client.getSnapshot()).not.toBe(before);
    expect(before).toEqual(copy);
    client.close();
  });

  test("a listener hears nothing after it unsubscribed, and one function may subscribe twice", async () => {
    const client = new FakeBrowser().client();
    const listener = vi.fn<() => void>();
    const first = client.subscribe(listener);
    const second = client.subscribe(listener);
    first();
    client.connect().catch(() => {});
    expect(listener).toHaveBeenCalled();
    second();
    listener.mockClear();
    client.close();
    expect(listener).not.toHaveBeenCalled();
  });

  test("whoever hears of the end finds the microphone off", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    const heard: unknown[] = [];
    client.subscribe(() => heard.push([client.getSnapshot().state, browser.microphone.tracks[0]?.stopped]));
    browser.socket.serverCloses(4436);
    expect(heard.at(-1)).toEqual(["failed", true]);
  });
});

describe("events", () => {
  test("tell each message's type in order, without what is in it", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient({ token: "aaa.bbb.ccc" });
    const events = client.events.getSnapshot();
    expect(events.filter(({ direction }) => direction === "sent").map(({ type }) => type)).toEqual([
      "init",
      "sdp_offer",
    ]);
    expect(events.filter(({ direction }) => direction === "received").map(({ type }) => type)).toEqual([
      "welcome",
      "initialized",
      "sdp_answer",
    ]);
    expect(JSON.stringify(events)).not.toMatch(/v=0|aaa\.bbb|resume-me/);
    client.close();
  });

  test("keep the last 200", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    for (let n = 0; n < 300; n += 1)
      browser.socket.receive({ type: "speaking", role: "candidate", active: n % 2 === 0 });
    const events = client.events.getSnapshot();
    expect(events).toHaveLength(200);
    expect((events.at(-1)?.id ?? 0) - (events[0]?.id ?? 0)).toBe(199);
    client.close();
  });
});

describe("stats", () => {
  const REPORT = new Map<string, unknown>(
    [
      { type: "inbound-rtp", id: "in", kind: "audio", packetsReceived: 50, jitter: 0.004, totalAudioEnergy: 0.5 },
      { type: "outbound-rtp", id: "out", kind: "audio", packetsSent: 49, bytesSent: 4000 },
      { type: "remote-inbound-rtp", id: "far", kind: "audio", fractionLost: 0.25 },
      { type: "candidate-pair", id: "dead", nominated: false, state: "failed", currentRoundTripTime: 9 },
      {
        type: "candidate-pair",
        id: "pair",
        nominated: true,
        state: "succeeded",
        currentRoundTripTime: 0.021,
        localCandidateId: "l",
        remoteCandidateId: "r",
      },
      { type: "local-candidate", id: "l", candidateType: "prflx", protocol: "udp" },
      { type: "remote-candidate", id: "r", candidateType: "host", protocol: "udp" },
    ].map((entry) => [entry.id, entry]),
  );

  test("are read once a second while watched, in people's units", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    const timersOfTheCall = vi.getTimerCount();
    browser.peer.stats = REPORT;
    const change = nextChange(client.stats);
    expect(vi.getTimerCount()).toBe(timersOfTheCall + 1);
    vi.advanceTimersByTime(1_000);
    await change;
    expect(client.stats.getSnapshot()).toEqual({
      packetsReceived: 50,
      packetsSent: 49,
      bytesSent: 4000,
      sentLossPercent: 25,
      jitterMs: 4,
      roundTripMs: 21,
      totalAudioEnergy: 0.5,
      transport: "udp",
      candidatePair: "prflx udp → host udp",
    });
    expect(vi.getTimerCount()).toBe(timersOfTheCall);
    client.close();
  });

  test("are gone with the call", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    const first = nextChange(client.stats);
    vi.advanceTimersByTime(1_000);
    await first;
    client.close();
    const second = nextChange(client.stats);
    vi.advanceTimersByTime(1_000);
    await second;
    expect(client.stats.getSnapshot()).toBeUndefined();
  });
});

function nextChange(readable: Readable<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const unsubscribe = readable.subscribe(() => {
      unsubscribe();
      resolve();
    });
  });
}
