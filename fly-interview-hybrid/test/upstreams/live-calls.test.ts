import { EventEmitter, once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import { describe, expect, onTestFinished, test } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";
import { openLiveUpstream } from "../../src/upstreams/openai-live/upstream.ts";
import type { CallPlan, CreateCall, Upstream } from "../../src/upstreams/upstream.ts";
import { createFakeClock, type FakeClock } from "../fake-clock.ts";
import { audioAnswer, audioOffer } from "../sample-sdp.ts";

interface Service {
  readonly upstream: Upstream;
  readonly clock: FakeClock;
  /** Requests that are no sidebands, with their bodies. */
  readonly requests: readonly { readonly request: IncomingMessage; readonly body: string }[];
}

interface Behaviour {
  readonly reply?: (request: IncomingMessage, response: ServerResponse) => void;
  /** What becomes of a sideband; a number refuses it. */
  readonly attach?: number | ((socket: WebSocket) => void);
  /** What becomes of the first one, where it is something else. */
  readonly attachFirst?: number;
}

async function service({ reply, attach = 404, attachFirst }: Behaviour): Promise<Service> {
  let attaches = 0;
  const requests: { request: IncomingMessage; body: string }[] = [];
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = (await buffer(request)).toString("utf8");
    // The pool keeps its connections warm with these.
    if (request.method === "HEAD") return void response.end();
    requests.push({ request, body });
    reply?.(request, response);
  };
  const server = createServer((request, response) => void take(request, response));
  const sockets = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) => {
    attaches += 1;
    const outcome = attaches === 1 ? (attachFirst ?? attach) : attach;
    if (typeof outcome === "number") socket.end(`HTTP/1.1 ${outcome} No\r\nconnection: close\r\n\r\n`);
    else sockets.handleUpgrade(request, socket, head, (opened) => outcome(opened));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const clock = createFakeClock();
  const upstream = openLiveUpstream(
    "openai-live",
    {
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/openai/v1`,
      apiKey: "azure-key",
      sidebandApiKey: "azure-key",
      keyHeader: "api-key",
      connectTimeoutMs: 5000,
      createTimeoutMs: 5000,
      delegationModel: "tools-eu",
      leavesOut: ["client", "store"],
    },
    clock,
  );
  onTestFinished(async () => {
    await upstream.close();
    for (const client of sockets.clients) client.terminate();
    server.closeAllConnections();
    server.close();
  });
  return { upstream, clock, requests };
}

const PLAN: CallPlan = {
  model: "interviews-eu",
  voice: "marin",
  instructions: "Ask.",
  transcriptionModel: "none",
  language: undefined,
  tools: [{ name: "note", description: "Keeps a note.", parameters: { type: "object" } }],
};

const CREATE: CreateCall = {
  plan: PLAN,
  conversation: undefined,
  channel: "sealed",
  offerSdp: audioOffer,
  safetyIdentifier: "0123",
};

const answers =
  (body: unknown, status = 201) =>
  (_request: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  };

describe("a create of the Live API", () => {
  test("is one JSON request below the base URL, with the key as Azure has it; ids are taken as they are", async () => {
    const reply = answers({ session: { id: "sess_Ab-1" }, transport: { type: "webrtc", sdp: audioAnswer } });
    const { upstream, requests } = await service({ reply });
    const creation = upstream.createCall(CREATE);
    expect(await creation.call).toEqual({ callId: "sess_Ab-1", answerSdp: audioAnswer });
    expect(await creation.answerBegun).toBeUndefined();
    expect(requests).toHaveLength(1);
    const [only] = requests;
    expect(only?.request).toMatchObject({ method: "POST", url: "/openai/v1/live/sessions" });
    expect(only?.request.headers).toMatchObject({ "api-key": "azure-key", "content-type": "application/json" });
    expect(only?.request.headers).not.toHaveProperty("authorization");
    const { session, transport } = JSON.parse(only?.body ?? "") as { session: object; transport: unknown };
    expect(transport).toEqual({ type: "webrtc", sdp: audioOffer });
    expect(Object.keys(session)).toEqual(["model", "instructions", "audio", "delegation", "safety_identifier"]);
  });

  test("tells what was said before within the limits of the service, and of long before the questions", async () => {
    const { upstream, requests } = await service({ reply: answers({}) });
    const said = Array.from({ length: 120 }, (_, n) => ({
      speaker: n % 2 === 0 ? ("interviewer" as const) : ("candidate" as const),
      text: `Words ${n}`,
      isLate: false,
    }));
    const conversation = { said, summary: "- Why?", isWhole: false, awaitsAnswer: false };
    await upstream.createCall({ ...CREATE, conversation }).call.catch(() => undefined);
    const { session } = JSON.parse(requests[0]?.body ?? "") as { session: { input: readonly object[] } };
    expect(session.input.length).toBeLessThanOrEqual(128);
    expect(session.input.slice(0, 3)).toMatchObject([
      { role: "developer", content: [{ type: "input_text", text: expect.stringContaining("- Why?") }] },
      { role: "assistant", content: [{ type: "output_text", text: "Words 0" }] },
      { role: "user", content: [{ type: "input_text", text: "Words 1" }] },
    ]);
  });

  test.each<[string, unknown, object]>([
    ["no JSON object", "v=0", { callId: undefined, possibleOrphan: true }],
    ["no id", { transport: { sdp: audioAnswer } }, { callId: undefined, possibleOrphan: true }],
    ["an id that is no part of a path", { session: { id: "../x" } }, { callId: undefined, possibleOrphan: true }],
    ["no answer", { session: { id: "live_1" } }, { callId: "live_1" }],
    ["an answer that is none", { session: { id: "live_1" }, transport: { sdp: "<html>" } }, { callId: "live_1" }],
  ])(
    "that is answered with %s is a bad answer, and its call is hung up where it can be",
    async (_what, body, facts) => {
      const { upstream, requests } = await service({ reply: answers(body) });
      await expect(upstream.createCall(CREATE).call).rejects.toMatchObject({ code: "UPSTREAM_BAD_ANSWER", ...facts });
      expect(requests).toHaveLength(1);
    },
  );

  test.each([
    [401, "invalid_api_key", "UPSTREAM_UNAUTHORIZED", false],
    [429, "rate_limit_exceeded", "UPSTREAM_RATE_LIMITED", false],
    [400, "invalid_offer", "UPSTREAM_REJECTED_SDP", false],
    [400, "unknown_parameter", "UPSTREAM_UNAVAILABLE", false],
    [503, "server_error", "UPSTREAM_UNAVAILABLE", true],
  ])("that is refused with %d %s is %s, and is not tried again", async (status, code, expected, possibleOrphan) => {
    const { upstream, requests } = await service({ reply: answers({ error: { code, message: "No." } }, status) });
    await expect(upstream.createCall(CREATE).call).rejects.toMatchObject({ code: expected, possibleOrphan });
    expect(requests).toHaveLength(1);
  });
});

describe("a hang-up on the Live API", () => {
  /** Says that the call is closed when it is asked to close it. */
  const closes = (socket: WebSocket): void => {
    socket.send(JSON.stringify({ type: "session.input_audio.append", audio: "A".repeat(2000) }));
    socket.on("message", (data) => {
      if (!(data as Buffer).toString("utf8").includes("session.close")) return;
      socket.send(JSON.stringify({ type: "session.closed", reason: "close_requested", usage: { seconds: 45.8 } }));
      socket.close();
    });
  };

  test("closes the session over a sideband of its own, and tells how long it was", async () => {
    const { upstream, requests, clock } = await service({ attach: closes });
    expect(await upstream.hangUp("live_1")).toEqual({ seconds: 45.8 });
    expect(requests).toEqual([]);
    await upstream.close();
    await clock.advance(2000);
    expect(clock.pending()).toBe(0);
  });

  test("of a call that the service has said is over asks for nothing", async () => {
    const { upstream, requests } = await service({
      attach: (socket) => socket.send(JSON.stringify({ type: "session.closed", reason: "expired" })),
    });
    const over = new EventEmitter();
    const heard = once(over, "over");
    await upstream.attach("live_1", ({ type }) => over.emit(type));
    await heard;
    expect(await upstream.hangUp("live_1")).toEqual({});
    expect(requests).toEqual([]);
  });

  test("does not wait for ever for a sideband that stays after the end", async () => {
    const heard = new EventEmitter();
    const { upstream, clock } = await service({
      attach(socket) {
        socket.on("message", () => {
          socket.send(JSON.stringify({ type: "session.closed", reason: "close_requested" }));
          socket.ping();
        });
        socket.on("pong", () => heard.emit("closed"));
      },
    });
    const closed = once(heard, "closed");
    const hungUp = upstream.hangUp("live_1");
    await closed;
    await clock.advance(1000);
    expect(await hungUp).toEqual({});
  });

  test.each([
    ["does not know is done", 404, { wasKnown: false }],
    ["comes to know a moment after its create is no less done", closes, { seconds: 45.8 }],
  ])("of a call that the service %s", async (_what, attach, end) => {
    const { upstream, clock, requests } = await service({ attachFirst: 404, attach });
    const hungUp = upstream.hangUp("live_1");
    await expect.poll(() => clock.pending()).toBe(1);
    await clock.advance(1000);
    expect(await hungUp).toEqual(end);
    expect(requests).toEqual([]);
  });

  test.each([
    ["a sideband is refused", 503],
    ["the connection breaks", (socket: WebSocket) => socket.on("message", () => socket.terminate())],
  ])("is tried over HTTP where %s", async (_why, attach) => {
    const { upstream, requests } = await service({ attach, reply: (_request, response) => response.end() });
    expect(await upstream.hangUp("live_1")).toEqual({});
    expect(requests.map(({ request }) => request.url)).toEqual(["/openai/v1/live/sessions/live_1/hangup"]);
  });

  test("is tried over HTTP where nobody says for a while that the call is closed", async () => {
    const asked = new EventEmitter();
    const { upstream, clock, requests } = await service({
      attach: (socket) => socket.on("message", () => asked.emit("close")),
      reply: (_request, response) => response.end(),
    });
    const heard = once(asked, "close");
    const hungUp = upstream.hangUp("live_1");
    await heard;
    await clock.advance(15_000);
    expect(await hungUp).toEqual({});
    expect(requests).toHaveLength(1);
  });

  test.each([404, 500])("that is answered with %d there is not sure to be done", async (status) => {
    const { upstream } = await service({ attach: 503, reply: answers({}, status) });
    await expect(upstream.hangUp("live_1")).rejects.toMatchObject({ code: "UPSTREAM_UNAVAILABLE", callId: "live_1" });
  });
});
