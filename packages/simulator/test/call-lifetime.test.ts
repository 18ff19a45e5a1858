import { describe, expect, test } from "vitest";
import { Pacer } from "../src/audio/pacer.ts";
import { createCallFactory } from "../src/calls/call-factory.ts";
import { CallRegistry } from "../src/calls/call-registry.ts";
import type { CallRequest } from "../src/calls/call-report.ts";
import { createRtpLines } from "../src/calls/rtp-line.ts";
import type { Peer, PeerListener } from "../src/peer/peer.ts";
import { ManualClock } from "./manual-clock.ts";
import { spokenTurn } from "./spoken-turn.ts";

const REQUEST: CallRequest = {
  form: "multipart",
  session: { type: "realtime" },
  safetyIdentifier: null,
  dataChannelId: null,
  offerSdp: "v=0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\na=mid:0\r\na=rtpmap:111 opus/48000/2\r\n",
};

const LIVE_REQUEST: CallRequest = { ...REQUEST, form: "json", session: { model: "gpt-live-1" } };

/** A call whose media and time are in the test's hands. */
async function callWithPeer(peer: Partial<Peer> = {}, request = REQUEST) {
  const clock = new ManualClock();
  const registry = new CallRegistry(1);
  const heard: PeerListener[] = [];
  let closed = 0;
  const create = createCallFactory({
    clock,
    createLine: createRtpLines(new Pacer(clock)),
    maxLoggedEvents: 10_000,
    interview: {
      lines: ["Hi."],
      turnAfter: () => spokenTurn("Hi.", []),
      turnInstead: (_count, text) => spokenTurn(text, []),
      aside: (text) => spokenTurn(text, []),
    },
    registry,
    dtlsRole: "active",
    live: { sessionSeconds: 7200, reflectsAudio: false, greetsSidebands: true },
    observe: ({ type, callId }) => type === "call.ended" && registry.retire(callId),
    createPeer: (_offer, _options, listener) => {
      heard.push(listener);
      return Promise.resolve({
        answerSdp: "",
        ssrc: 1,
        sendRtp: () => true,
        sendText: () => true,
        isReachable: () => false,
        canBeLost: true,
        close: () => (closed += 1),
        ...peer,
      });
    },
  });
  const { call } = await create(request);
  const [listener] = heard;
  if (listener === undefined) {
    throw new Error("no peer was made");
  }
  return { call, clock, registry, listener, create, timesClosed: () => closed };
}

const RTP = Buffer.alloc(40).fill(0x80, 0, 1);

describe.each([
  ["Realtime", REQUEST],
  ["Live", LIVE_REQUEST],
])("a %s call whose client is gone", (_api, request) => {
  test("ends after half a minute without packets or reachability, and frees everything", async () => {
    const { call, clock, registry, listener, timesClosed } = await callWithPeer({}, request);
    listener.connected();
    clock.advance(29_000);
    expect(call.isLive).toBe(true);
    clock.advance(2000);
    expect(registry.all()).toMatchObject([{ endReason: "inactive" }]);
    expect(timesClosed()).toBe(1);
    expect(clock.pending).toBe(0);
  });

  test("that never connected ends likewise", async () => {
    const { clock, registry } = await callWithPeer({}, request);
    clock.advance(31_000);
    expect(registry.all()).toMatchObject([{ endReason: "inactive" }]);
  });

  test("unseen is missed by its silence", async () => {
    const { call, clock, listener, registry } = await callWithPeer({}, request);
    call.applyFault({ kind: "unseen_departure" });
    listener.connected();
    listener.ended("peer_closed");
    clock.advance(29_000);
    expect(call.isLive).toBe(true);
    clock.advance(2000);
    expect(registry.all()).toMatchObject([{ endReason: "inactive" }]);
  });
});

test("a Live call that has lost its client says so, with its use", async () => {
  const { call, clock, listener } = await callWithPeer({}, LIVE_REQUEST);
  listener.connected();
  for (let packet = 0; packet < 1000; packet += 1) {
    listener.packet(RTP);
    clock.advance(20);
  }
  const told: string[] = [];
  call.attach({ send: (text) => told.push(text), close: (reason) => told.push(reason) });
  clock.advance(31_000);
  // It was billed while audio came.
  const usage = { seconds: 20.5 };
  expect(JSON.parse(told.at(-2) ?? "")).toMatchObject({ type: "session.closed", reason: "connection_lost", usage });
  expect(told.at(-1)).toBe("inactive");
});

describe("a call whose client is there", () => {
  test("lives on by packets", async () => {
    const { call, clock, listener } = await callWithPeer();
    listener.connected();
    for (let second = 0; second < 90; second += 20) {
      clock.advance(20_000);
      listener.packet(RTP);
    }
    expect(call.isLive).toBe(true);
  });

  test("lives on muted, by its ICE consent", async () => {
    const { call, clock, listener } = await callWithPeer({ isReachable: () => true });
    listener.connected();
    clock.advance(600_000);
    expect(call.isLive).toBe(true);
  });

  test("ends after an hour all the same, and tells its sidebands", async () => {
    const { call, clock, listener } = await callWithPeer({ isReachable: () => true });
    listener.connected();
    const told: string[] = [];
    call.attach({ send: (text) => told.push(text), close: (reason) => told.push(reason) });
    clock.advance(3_600_000);
    expect(told).toHaveLength(1);
    expect(call.isLive).toBe(true);
    clock.advance(100);
    expect(JSON.parse(told[0] ?? "")).toMatchObject({ type: "error", error: { code: "session_expired" } });
    expect(told.at(-1)).toBe("expired");
    expect(clock.pending).toBe(0);
  });
});

test("an ended call ends once, and hears nothing more", async () => {
  const { call, registry, listener, timesClosed } = await callWithPeer();
  listener.connected();
  call.end("hangup");
  call.end("fault");
  call.receiveFromSideband('{"type":"response.create"}');
  listener.text('{"type":"response.create"}');
  expect(timesClosed()).toBe(1);
  expect(registry.all()).toMatchObject([{ endReason: "hangup" }]);
  expect(registry.all()[0]?.events.at(-1)?.type).toBe("call.ended");
});

test("an early close does not wait for an earlier drop", async () => {
  const { call, clock, listener, registry } = await callWithPeer();
  call.applyFault({ kind: "drop_call", afterMs: 10_000 });
  listener.connected();
  call.applyFault({ kind: "early_close" });
  clock.advance(0);
  expect(registry.all()).toMatchObject([{ endReason: "fault" }]);
  expect(clock.pending).toBe(0);
});

test("a flood of large frames does not fill the memory: old entries fall out", async () => {
  const { call } = await callWithPeer();
  const frame = JSON.stringify({ type: "input_audio_buffer.append", audio: "A".repeat(1_000_000) });
  for (let i = 0; i < 50; i += 1) {
    call.receiveFromSideband(frame);
  }
  const { events } = call.report();
  expect(events.length).toBeGreaterThan(1);
  expect(events.length).toBeLessThan(10);
});

test("only the last reports are kept", async () => {
  const { call, create, registry } = await callWithPeer();
  const second = await create(REQUEST);
  call.end("hangup");
  second.call.end("hangup");
  expect(registry.all()).toMatchObject([{ id: second.call.id }]);
  expect(registry.liveCount).toBe(0);
});
