import type { InterviewCall } from "@interview-proxy/client";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FakeBrowser } from "./fakes/fake-browser.ts";
import type { FakePeerConnection } from "./fakes/fake-peer-connection.ts";
import { once } from "./fakes/once.ts";

const READ_EVERY_MS = 2_500;

/** What is read of a call, from one reading to the next; a good line unless a test says otherwise. */
interface Reading {
  readonly received?: number;
  /** Speech, unless a test says otherwise. */
  readonly energy?: number;
  readonly lost?: number;
  readonly jitter?: number;
  readonly rtt?: number;
  readonly sentLoss?: number;
}

/** A call in which a test makes the figures. */
class MeasuredCall {
  readonly browser: FakeBrowser;
  readonly #read = new EventTarget();
  readonly client: InterviewCall;
  readonly peer: FakePeerConnection;
  #received = 0;
  #lost = 0;
  #energy = 0;

  private constructor(browser: FakeBrowser, client: InterviewCall) {
    this.browser = browser;
    this.client = client;
    this.peer = browser.peer;
  }

  static async up(): Promise<MeasuredCall> {
    const browser = new FakeBrowser();
    return new MeasuredCall(browser, await browser.connectedClient());
  }

  /** One reading; resolves with the quality that is shown after it. */
  async reads(...readings: Reading[]): Promise<string> {
    for (const { received = 125, energy = 0.1, lost = 0, jitter = 0.005, rtt = 0.05, sentLoss = 0 } of readings) {
      this.#received += received;
      this.#energy += energy;
      this.#lost += lost;
      const counted = { packetsReceived: this.#received, packetsLost: this.#lost, totalAudioEnergy: this.#energy };
      await this.#readsReport([
        { type: "inbound-rtp", kind: "audio", ...counted, jitter },
        { type: "remote-inbound-rtp", kind: "audio", fractionLost: sentLoss },
        { type: "candidate-pair", nominated: true, state: "succeeded", currentRoundTripTime: rtt },
      ]);
    }
    return this.client.getSnapshot().quality;
  }

  async #readsReport(entries: readonly object[]): Promise<void> {
    const { peer } = this;
    peer.stats = new Map(entries.map((entry, id) => [String(id), { ...entry, id: String(id) }]));
    const read = once(this.#read, "read");
    peer.getStats = () => {
      queueMicrotask(() => queueMicrotask(() => this.#read.dispatchEvent(new Event("read"))));
      return Promise.resolve(peer.stats);
    };
    vi.advanceTimersByTime(READ_EVERY_MS);
    // The heartbeat would take the socket for dead.
    this.browser.socket.receive({ type: "pong", time: 0 });
    await read;
    // What follows from a reading has happened by the next turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
  }

  interviewerSpeaks(): void {
    this.browser.socket.receive({ type: "speaking", seq: 2, role: "interviewer", active: true });
  }

  /** What the page shows, and how many calls it has made or is about to make. */
  get shown(): object {
    const { state, quality } = this.client.getSnapshot();
    return { state, quality, calls: this.browser.peers.length };
  }

  get told(): object[] {
    return this.browser.socket.sent.filter(({ type }) => type === "stats");
  }
}

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] }));
afterEach(() => void vi.useRealTimers());

const POOR: readonly [string, Reading][] = [
  ["a long round trip", { rtt: 0.5 }],
  ["much jitter", { jitter: 0.08 }],
  ["lost packets", { received: 100, lost: 10 }],
  ["packets that the other side misses", { sentLoss: 0.1 }],
];

describe("the quality of a call", () => {
  test("is unknown until there are two readings of it, and again after it", async () => {
    const call = await MeasuredCall.up();
    expect(call.client.getSnapshot().quality).toBe("unknown");
    expect(await call.reads({})).toBe("unknown");
    expect(await call.reads({})).toBe("good");
    call.client.close();
    expect(call.client.getSnapshot().quality).toBe("unknown");
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each(POOR)("is poor with %s, from the second such reading on", async (_name, reading) => {
    const call = await MeasuredCall.up();
    expect(await call.reads({}, {}, reading)).toBe("good");
    expect(await call.reads(reading)).toBe("poor");
    call.client.close();
  });

  test.each(POOR)("that begins with %s is poor at once", async (_name, reading) => {
    const call = await MeasuredCall.up();
    expect(await call.reads({}, reading)).toBe("poor");
    call.client.close();
  });

  test("recovers when three readings in a row are good, and not by one that is in between", async () => {
    const call = await MeasuredCall.up();
    await call.reads({}, { rtt: 0.5 });
    expect(await call.reads({}, {}, { rtt: 0.35 }, {}, {})).toBe("poor");
    expect(await call.reads({})).toBe("good");
    expect(await call.reads({ rtt: 0.35 }, { rtt: 0.35 }, { rtt: 0.35 })).toBe("good");
    call.client.close();
  });

  test("is lost while the connection is away, and measured anew afterwards", async () => {
    const call = await MeasuredCall.up();
    await call.reads({}, {});
    call.peer.becomes("disconnected");
    expect(await call.reads({})).toBe("lost");
    call.peer.becomes("connected");
    expect(await call.reads({})).toBe("unknown");
    expect(await call.reads({})).toBe("good");
    call.client.close();
  });

  test("is lost as soon as the interview is interrupted", async () => {
    const call = await MeasuredCall.up();
    await call.reads({}, {});
    call.peer.becomes("failed");
    expect(call.client.getSnapshot()).toMatchObject({ state: "interrupted", quality: "lost" });
    call.client.close();
  });

  test("stays what it is while another call is made beside the one that is heard", async () => {
    const call = await MeasuredCall.up();
    await call.reads({}, {});
    call.browser.socket.receive({ type: "reoffer", reason: "call_limit" });
    await call.browser.nthPeer(2);
    expect(await call.reads({})).toBe("good");
    call.client.close();
  });

  test("of a call that takes the place of another is not judged by the other's figures", async () => {
    const call = await MeasuredCall.up();
    await call.reads({}, {}, { received: 0 });
    // The counters begin anew: neither is a thousand packets fewer a loss, nor a reading.
    expect(await call.reads({ received: -300, lost: 50 })).toBe("good");
    call.client.close();
  });
});

const NOTHING: Reading = { received: 0, energy: 0 };
const SILENCE: Reading = { energy: 0 };

// As where the candidate's address has changed behind a router: the browser goes on taking the line for good.
describe("a call on which nothing arrives any more", () => {
  test("while the interviewer speaks is interrupted, and another one is made", async () => {
    const call = await MeasuredCall.up();
    call.interviewerSpeaks();
    await call.reads({}, NOTHING);
    expect(call.shown).toEqual({ state: "interrupted", quality: "lost", calls: 2 });
    await call.browser.socket.sentType("sdp_offer", 2);
    call.client.close();
  });

  test("that has brought packets in pauses too is interrupted in a pause as well", async () => {
    const call = await MeasuredCall.up();
    await call.reads({}, SILENCE, NOTHING);
    expect(call.shown).toEqual({ state: "interrupted", quality: "lost", calls: 2 });
    await call.browser.socket.sentType("sdp_offer", 2);
    call.client.close();
  });

  test("goes on where the service may only have nothing to say, also when it has just begun to speak", async () => {
    const call = await MeasuredCall.up();
    await call.reads({}, NOTHING, NOTHING);
    expect(call.shown).toMatchObject({ state: "connected", calls: 1 });
    call.interviewerSpeaks();
    await call.reads(NOTHING);
    expect(call.shown).toMatchObject({ state: "connected", calls: 1 });
    call.client.close();
  });

  test("and on which nothing ever did goes on: another one would fare no better, and each of them costs", async () => {
    const call = await MeasuredCall.up();
    call.interviewerSpeaks();
    await call.reads(NOTHING, NOTHING, NOTHING);
    expect(call.shown).toMatchObject({ state: "connected", calls: 1 });
    call.client.close();
  });

  test("and is up again has to show anew that it brings packets in pauses", async () => {
    const call = await MeasuredCall.up();
    await call.reads({}, SILENCE);
    call.peer.becomes("disconnected");
    await call.reads({});
    call.peer.becomes("connected");
    await call.reads({}, NOTHING);
    expect(call.client.getSnapshot().state).toBe("connected");
    call.client.close();
  });
});

describe("the server", () => {
  test("is told every five seconds, of what was measured", async () => {
    const call = await MeasuredCall.up();
    await call.reads({}, { received: 95, lost: 5, rtt: 0.05, jitter: 0.006 });
    expect(call.told).toEqual([{ type: "stats", quality: "good", rttMs: 50, lossPercent: 5, jitterMs: 6 }]);
    await call.reads({}, {});
    expect(call.told).toHaveLength(2);
    call.client.close();
  });

  test("is told of no figure beyond what it takes, and of none that the browser lacks", async () => {
    const call = await MeasuredCall.up();
    await call.reads({}, { received: 0, rtt: 90, jitter: 90 });
    expect(call.told).toEqual([{ type: "stats", quality: "poor", rttMs: 60_000, lossPercent: 0, jitterMs: 60_000 }]);
    call.client.close();
  });

  test("is told of a line that is lost, and of none that was not measured yet", async () => {
    const call = await MeasuredCall.up();
    call.peer.becomes("disconnected");
    await call.reads({}, {});
    expect(call.told).toEqual([{ type: "stats", quality: "lost" }]);
    call.client.close();
  });
});
