import type OpenAI from "openai";
import { SidebandWS } from "openai/resources/live/sideband/ws";
import { describe, expect, onTestFinished, test } from "vitest";
import { offerWithDataChannel } from "../../sample-sdp.ts";
import { SERVICE } from "../platform.ts";
import { tokenFor } from "../start-proxy.ts";
import { type DropIn, startDropIn } from "./drop-in.ts";

function startLive(settings: Record<string, string> = {}): Promise<DropIn> {
  return startDropIn({
    simulator: { media: "none", mirroredAudio: true },
    settings: { VOICE_API: "live", ...settings },
  });
}

const transport = { type: "webrtc", sdp: offerWithDataChannel } as const;

/** The official sideband, which rejects into nowhere what nobody listens to: at the end of a session, that an append was not taken. */
function attach(openai: OpenAI, session_id: string): SidebandWS {
  const sideband = new SidebandWS(openai, { session_id });
  sideband.on("error", () => undefined);
  onTestFinished(() => sideband.close());
  return sideband;
}

interface Created {
  readonly session: { readonly id: string };
  readonly transport: { readonly type: string; readonly sdp: string };
}

function create({ post }: DropIn, body: object, bearer?: string): ReturnType<DropIn["post"]> {
  return post("/live/sessions", { type: "application/json", body: JSON.stringify(body), ...(bearer && { bearer }) });
}

describe("a session by POST /v1/live/sessions", () => {
  test("is answered as OpenAI answers, under an id of ours, and is a session of its person", async () => {
    const dropIn = await startLive();
    const reply = await create(dropIn, { session: { model: "gpt-live-1" }, transport });
    expect(reply.status).toBe(201);
    const { session, transport: answered } = reply.json as Created;
    expect(session.id).toMatch(/^live_[A-Za-z0-9_-]{32,}$/);
    expect(answered).toEqual({ type: "webrtc", sdp: expect.stringMatching(/^v=0\r\n/) });
    const [live] = dropIn.proxy.simulator.liveCalls();
    expect(session.id).not.toContain(live?.id.split("_").at(-1));
    const listed = await dropIn.proxy.fetch("/api/sessions", { headers: { authorization: `Bearer ${SERVICE}` } });
    const sessionId = reply.headers.get("x-interview-session");
    expect(listed.json).toMatchObject({ sessions: [{ sessionId, person: "ada", status: "running" }] });
  });

  test("is made, attached to and hung up by the official client of a backend, for a person", async () => {
    const { client, proxy } = await startLive();
    const openai = client();
    const made = await openai.live.create({ session: { model: "gpt-live-1", safety_identifier: "grace" }, transport });
    const listed = await proxy.fetch("/api/sessions", { headers: { authorization: `Bearer ${SERVICE}` } });
    expect(listed.json).toMatchObject({ sessions: [{ person: "grace" }] });
    const sideband = attach(openai, made.session.id);
    const told = new Promise<void>((resolve) => sideband.on("session.output_transcript.delta", () => resolve()));
    await told;
    await openai.live.sessions.hangup(made.session.id);
    await proxy.simulator.waitFor(({ type }) => type === "call.ended");
    expect(proxy.simulator.liveCalls()).toEqual([]);
    const again = await openai.live.sessions.hangup(made.session.id).catch((error: unknown) => error);
    expect(again).toMatchObject({ status: 404, param: "", code: "session_id_not_found" });
  });

  test("passes on what a backend says on its sideband, and closes with the call", async () => {
    const dropIn = await startLive();
    const reply = await create(dropIn, { session: { model: "gpt-live-1" }, transport });
    const { id } = (reply.json as Created).session;
    const sideband = attach(dropIn.client(), id);
    const muted = new Promise<void>((resolve) => sideband.on("session.input_audio.muted", () => resolve()));
    sideband.send({ type: "session.input_audio.mute" });
    await muted;
    const closed = new Promise<void>((resolve) => sideband.on("close", () => resolve()));
    await dropIn.client().live.sessions.hangup(id);
    await closed;
    await dropIn.proxy.simulator.waitFor(({ type }) => type === "call.ended");
    expect(dropIn.proxy.simulator.calls()).toMatchObject([{ state: "ended", endReason: "session_closed" }]);
  });

  test.each([
    ["ignored", "a backend", []],
    ["voice", "a candidate", ["cedar"]],
    ["full", "a candidate", ["cedar"]],
    ["full", "a backend", ["cedar", "Sing sea shanties."]],
  ])("hears by CLIENT_SESSION=%s what %s says of it", async (setting, who, heard) => {
    const dropIn = await startLive({ CLIENT_SESSION: setting });
    const instructions = "Sing sea shanties.";
    const session = {
      model: "gpt-of-mine",
      instructions,
      audio: { output: { voice: "cedar" } },
      delegation: { type: "responses", responses: { model: "mine" } },
      safety_identifier: "grace",
    };
    const bearer = who === "a backend" ? SERVICE : await tokenFor("ada");
    expect((await create(dropIn, { session, transport }, bearer)).status).toBe(201);
    const plan = JSON.stringify(dropIn.proxy.simulator.liveCalls()[0]?.request.session);
    expect(["cedar", instructions, "gpt-of-mine", '"mine"', "grace"].filter((word) => plan.includes(word))).toEqual(
      heard,
    );
  });

  test("is refused in OpenAI's envelope where the request is none", async () => {
    const dropIn = await startLive();
    const session = { model: "gpt-live-1" };
    const cases = [
      [{ session }, 400, "INVALID_MESSAGE", "transport"],
      [{ transport }, 400, "INVALID_MESSAGE", "session"],
      [{ session: {}, transport }, 400, "INVALID_MESSAGE", "session.model"],
      [{ session, transport: { type: "sip", sdp: "" } }, 400, "INVALID_MESSAGE", "transport.type"],
      [{ session, transport, other: 1 }, 400, "INVALID_MESSAGE", null],
      [{ session, transport: { ...transport, sdp: "v=0" } }, 422, "SDP_INVALID", null],
    ] as const;
    for (const [body, status, code, param] of cases)
      expect(await create(dropIn, body)).toMatchObject({ status, json: { error: { code, param } } });
    expect(await create(dropIn, { session, transport }, "nobody")).toMatchObject({ status: 401 });
    expect(await create(dropIn, { session, transport }, SERVICE)).toMatchObject({
      status: 400,
      json: { error: { param: "OpenAI-Safety-Identifier" } },
    });
    expect(dropIn.proxy.simulator.calls()).toEqual([]);
  });

  test("of somebody else is not told apart from none", async () => {
    const dropIn = await startLive();
    const reply = await create(dropIn, { session: { model: "gpt-live-1" }, transport });
    const { id } = (reply.json as Created).session;
    const bearer = await tokenFor("eve");
    const foreign = await dropIn.post(`/live/sessions/${id}/hangup`, { bearer });
    const unknown = await dropIn.post(`/live/sessions/live_${"0".repeat(32)}/hangup`, { bearer });
    expect(foreign).toMatchObject({ status: 404, json: { error: { code: "session_id_not_found" } } });
    expect(unknown.text).toBe(foreign.text);
    expect(dropIn.proxy.simulator.liveCalls()).toHaveLength(1);
  });
});
