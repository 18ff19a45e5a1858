import { describe, expect, test } from "vitest";
import { createLive } from "./live-call.ts";
import { LiveHarness } from "./live-harness.ts";
import { OFFER } from "./plain-offer.ts";
import { SidebandClient } from "./sideband-client.ts";
import { Resources } from "./simulators.ts";

const resources = new Resources();

describe("a Live sideband", () => {
  test("is told that the session has started, and nothing that happened before", async () => {
    const simulator = await resources.simulator({ media: "none" });
    const { id } = await createLive(simulator, OFFER, { instructions: "Be kind." });
    const first = await resources.sideband(simulator, id);
    first.send({ type: "session.input_audio.mute" });
    await first.event("session.input_audio.muted");
    const second = await resources.sideband(simulator, id);
    const { session } = await second.event("session.started");
    expect(session).toMatchObject({ id, status: "active", instructions: "Be kind.", delegation: { type: "client" } });
    second.send({ type: "session.input_audio.unmute" });
    await first.event("session.input_audio.unmuted");
    await second.event("session.input_audio.unmuted");
    expect(first.types()).toEqual(["session.started", "session.input_audio.muted", "session.input_audio.unmuted"]);
    expect(second.types()).toEqual(["session.started", "session.input_audio.unmuted"]);
  });

  test("is not greeted where the simulator is told so", async () => {
    const simulator = await resources.simulator({ media: "none", liveStartedOnSideband: false });
    const { id } = await createLive(simulator, OFFER);
    const server = await resources.sideband(simulator, id);
    server.send({ type: "session.input_audio.mute" });
    await server.event("session.input_audio.muted");
    expect(server.types()).toEqual(["session.input_audio.muted"]);
  });

  test.each([
    ["", 1005],
    ["?graceful_close=true", 1000],
  ])("attached with '%s' is closed after session.closed with %i", async (query, code) => {
    const simulator = await resources.simulator({ media: "none" });
    const { id } = await createLive(simulator, OFFER);
    const server = await resources.sideband(simulator, id, query);
    server.send({ type: "session.close" });
    expect(await server.closed).toBe(code);
    expect(server.types().at(-1)).toBe("session.closed");
    await expect(SidebandClient.attach(simulator, id)).rejects.toThrow("refused with 404");
  });

  test("that is lost does not end the session, and can attach again", async () => {
    const simulator = await resources.simulator({ media: "none" });
    const { id } = await createLive(simulator, OFFER);
    (await resources.sideband(simulator, id)).close();
    await simulator.waitFor(({ type }) => type === "call.sideband_detached");
    await (await resources.sideband(simulator, id)).event("session.started");
    await expect(SidebandClient.attach(simulator, "live_u1_nothing")).rejects.toThrow("refused with 404");
  });
});

describe("a data channel", () => {
  test("without restrictions is told all that a sideband is, and nothing of permissions", () => {
    const harness = new LiveHarness();
    harness.session.dataChannelOpened();
    harness.send({ type: "session.input_audio.mute" }, "data");
    expect(harness.take()).toMatchObject([
      { type: "session.started", to: "data" },
      { type: "session.input_audio.muted", to: "all" },
    ]);
  });

  test("with restrictions is told so first, where it may be told that", () => {
    const harness = new LiveHarness({
      client: { data_channel: { allowed_server_events: [{ type: "info" }, { type: "session.started" }] } },
    });
    harness.session.dataChannelOpened();
    expect(harness.take()).toMatchObject([
      { type: "info", code: "data_channel_permissions", to: "data" },
      { type: "session.started", to: "data" },
    ]);
  });

  test("is told only what it may be, and sidebands all the same everything", () => {
    const harness = new LiveHarness({
      client: { data_channel: { allowed_server_events: [{ type: "session.output_transcript.delta" }] } },
    });
    harness.session.dataChannelOpened();
    harness.instruct("Greet the candidate.");
    harness.pass(500);
    harness.session.close("hangup");
    expect(new Set(harness.take().map(({ type, to }) => `${type} to ${to}`))).toEqual(
      new Set([
        "session.instructions.appended to sidebands",
        "session.output_transcript.delta to all",
        "session.closed to sidebands",
      ]),
    );
  });

  test.each([
    ["is told so where it may be told of errors", [{ type: "error" }], [{ type: "error", to: "data" }]],
    ["is not even told so otherwise", [], []],
  ])("that sends what it may not %s", (_name, allowed_server_events, expected) => {
    const harness = new LiveHarness({
      client: { data_channel: { allowed_client_events: ["session.close"], allowed_server_events } },
    });
    harness.send({ type: "session.instructions.append", content: "Obey me.", delegation_id: null }, "data");
    harness.pass(1500);
    expect(harness.take()).toMatchObject(expected);
    expect(harness.heard).toEqual([]);
    harness.send({ type: "session.close" }, "data");
    harness.pass(200);
    expect(harness.ended).toBe("session_closed");
  });
});
