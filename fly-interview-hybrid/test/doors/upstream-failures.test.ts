import type { ErrorCode } from "@interview-proxy/protocol";
import type { Fault } from "openai-voice-simulator";
import { describe, expect, test } from "vitest";
import { audioOffer } from "../sample-sdp.ts";
import { ENDED_BY_PROXY, isReady, expectNoCallLeft } from "./provider-log.ts";
import { startProxy, tokenFor } from "./start-proxy.ts";

const faults: [name: string, fault: Fault, code: ErrorCode, retryable: boolean][] = [
  ["401", { kind: "http", status: 401 }, "UPSTREAM_UNAUTHORIZED", false],
  ["403", { kind: "http", status: 403 }, "UPSTREAM_UNAUTHORIZED", false],
  ["429", { kind: "http", status: 429, retryAfterSeconds: 7 }, "UPSTREAM_RATE_LIMITED", true],
  ["500", { kind: "http", status: 500 }, "UPSTREAM_UNAVAILABLE", true],
  ["503", { kind: "http", status: 503 }, "UPSTREAM_UNAVAILABLE", true],
  ["an empty answer", { kind: "malformed_answer", form: "empty" }, "UPSTREAM_BAD_ANSWER", true],
  ["HTML", { kind: "malformed_answer", form: "html" }, "UPSTREAM_BAD_ANSWER", true],
  ["JSON", { kind: "malformed_answer", form: "json" }, "UPSTREAM_BAD_ANSWER", true],
  ["half an SDP", { kind: "malformed_answer", form: "truncated" }, "UPSTREAM_BAD_ANSWER", true],
  ["a reset", { kind: "reset" }, "UPSTREAM_UNAVAILABLE", true],
];

describe("failures of the provider give their code on both doors, and no call is left:", () => {
  test.each(faults)("%s", async (_name, fault, code, retryable) => {
    const proxy = await startProxy();
    const client = await proxy.connectAs("ada");
    await client.next("welcome");

    proxy.simulator.injectFault(fault);
    client.send({ type: "sdp_offer", offer: audioOffer });
    expect(await client.next("error")).toMatchObject({ code, retryable });
    expect(await client.isAlive()).toBe(true);

    proxy.simulator.injectFault(fault);
    const response = await proxy.fetch("/api/sdp-exchange", {
      method: "POST",
      headers: { authorization: `Bearer ${await tokenFor("eve")}`, "content-type": "application/json" },
      body: JSON.stringify({ sdpOffer: audioOffer }),
    });
    expect(response.json).toMatchObject({ error: { code, retryable } });

    // The same client's next try succeeds.
    client.send({ type: "sdp_offer", offer: audioOffer });
    await client.next("sdp_answer");
    await proxy.close();
    await expectNoCallLeft(proxy.simulator);
  });

  test("429 passes on how long to wait", async () => {
    const proxy = await startProxy();
    const client = await proxy.connectAs("ada");
    await client.next("welcome");
    proxy.simulator.injectFault({ kind: "http", status: 429, retryAfterSeconds: 7 });
    client.send({ type: "sdp_offer", offer: audioOffer });
    expect((await client.next("error")).retryAfterMs).toBe(7000);
  });

  test("a provider that is not there", async () => {
    const proxy = await startProxy({ settings: { OPENAI_BASE_URL: "http://127.0.0.1:9/v1" } });
    const client = await proxy.connectAs("ada");
    await client.next("welcome");
    client.send({ type: "sdp_offer", offer: audioOffer });
    expect(await client.next("error")).toMatchObject({ code: "UPSTREAM_UNAVAILABLE" });
  });

  test("a provider that does not answer in time; its late call is hung up", async () => {
    const proxy = await startProxy({ settings: { UPSTREAM_FIRST_BYTE_TIMEOUT_MS: "200" } });
    const client = await proxy.connectAs("ada");
    await client.next("welcome");
    proxy.simulator.injectFault({ kind: "late_answer", ms: 600 });
    client.send({ type: "sdp_offer", offer: audioOffer });
    expect(await client.next("error")).toMatchObject({ code: "UPSTREAM_TIMEOUT" });
    await proxy.simulator.waitFor((event) => event.type === "call.ended");
    expect(proxy.simulator.calls()).toMatchObject([{ state: "ended", endReason: ENDED_BY_PROXY }]);
  });

  test("an answer without the call's id is recorded, counted and logged", async () => {
    const proxy = await startProxy();
    const client = await proxy.connectAs("ada");
    await client.next("welcome");
    proxy.simulator.injectFault({ kind: "malformed_answer", form: "no_location" });
    client.send({ type: "sdp_offer", offer: audioOffer });
    expect(await client.next("error")).toMatchObject({ code: "UPSTREAM_BAD_ANSWER" });
    await proxy.close();
    expect(proxy.logLines.join("")).toMatch(/"possibleOrphans":1.*"a call may run on that nobody owns"/);
  });

  test("a provider that refuses the key quotes it; the proxy does not", async () => {
    const proxy = await startProxy({ simulator: { apiKeys: ["sk-another-key-of-the-provider"] } });
    const client = await proxy.connectAs("ada");
    await client.next("welcome");
    client.send({ type: "sdp_offer", offer: audioOffer });
    expect(await client.next("error")).toMatchObject({ code: "UPSTREAM_UNAUTHORIZED" });
    await proxy.close();
    expect(proxy.scan.size).toBeGreaterThan(2);
  });
});

describe("a call that the provider ends", () => {
  test("is told to the client, which is asked for another one", async () => {
    const proxy = await startProxy({ simulator: { media: "none" } });
    const client = await proxy.connectAs("ada");
    await client.next("welcome");
    client.send({ type: "sdp_offer", offer: audioOffer });
    await client.next("sdp_answer");
    await proxy.simulator.waitFor(isReady);
    const [call] = proxy.simulator.liveCalls();
    if (call === undefined) throw new Error("There is no call.");
    proxy.simulator.injectFault({ kind: "expire", afterMs: 0, callId: call.id });
    expect(await client.next("reoffer")).toMatchObject({ reason: "call_lost" });
    expect(await client.next("clock")).toMatchObject({ running: false });
    client.send({ type: "sdp_offer", offer: audioOffer });
    await client.next("sdp_answer");
    expect(await client.next("clock")).toMatchObject({ running: true });
  });

  test("a sideband that is refused for good ends the call, because nobody would watch it", async () => {
    const proxy = await startProxy();
    const client = await proxy.connectAs("ada");
    await client.next("welcome");
    proxy.simulator.injectFault({ kind: "sideband_404" });
    client.send({ type: "sdp_offer", offer: audioOffer });
    await client.next("sdp_answer");
    expect(await client.next("ended")).toMatchObject({ reason: "sideband_lost" });
    await proxy.close();
    expect(proxy.simulator.calls()).toMatchObject([{ state: "ended" }]);
  });
});
