import type { IncomingMessage } from "node:http";
import { expect, test } from "vitest";
import { audioOffer } from "../sample-sdp.ts";
import { SECRETS } from "./secrets.ts";
import type { Detour } from "./provider-relay.ts";
import { relayWith } from "./sideband-relay.ts";
import { type ProxyUnderTest, startProxy, tokenFor } from "./start-proxy.ts";

const SETTINGS = { VOICE_API: "realtime", CALL_CREATION: "client_secret" };

async function exchange(proxy: ProxyUnderTest): Promise<{ status: number; json: unknown }> {
  return proxy.fetch("/api/sdp-exchange", {
    method: "POST",
    headers: { authorization: `Bearer ${await tokenFor("ada")}`, "content-type": "application/json" },
    body: JSON.stringify({ sdpOffer: audioOffer }),
  });
}

test("a call can be made with a short-lived key of its own, as Azure demands, and is as planned", async () => {
  const proxy = await startProxy({ settings: SETTINGS, simulator: { media: "none" } });
  expect(await exchange(proxy)).toMatchObject({ status: 200 });
  const [call, ...others] = proxy.simulator.calls();
  expect(others).toEqual([]);
  expect(call?.request).toMatchObject({
    form: "raw_client_secret",
    offerSdp: audioOffer,
    session: { instructions: expect.stringContaining(SECRETS.instructions), model: "gpt-realtime-2.1" },
  });
  expect(call?.safetyIdentifier).toMatch(/^[0-9a-f]{64}$/);
  await proxy.simulator.waitFor(({ type }) => type === "session.updated");
});

test.each<[string, Detour, number, string]>([
  ["is refused", { refusedWith: 401 }, 502, "UPSTREAM_UNAUTHORIZED"],
  ["fails", { refusedWith: 500 }, 502, "UPSTREAM_UNAVAILABLE"],
])("where the key %s, no call was made, and none is thought to run", async (_how, detour, status, code) => {
  const isMint = ({ url }: IncomingMessage): boolean => url?.endsWith("/client_secrets") === true;
  const between = relayWith(
    (event) => event,
    () => false,
    { detourOf: (request) => (isMint(request) ? detour : {}) },
  );
  const proxy = await startProxy({ settings: SETTINGS, simulator: { media: "none" }, between });
  expect(await exchange(proxy)).toMatchObject({ status, json: { error: { code } } });
  expect(proxy.simulator.calls()).toEqual([]);
  expect(proxy.logLines.join("")).not.toContain("a call may run on that nobody owns");
});
