import { expect, test } from "vitest";
import { audioOffer } from "../sample-sdp.ts";
import { startProxy, tokenFor } from "../doors/start-proxy.ts";

test("the snapshot of a process says how connects went, by stage, how the voice service answers, and is JSON", async () => {
  const proxy = await startProxy();
  const connect = async (): Promise<number> => {
    const { status } = await proxy.fetch("/api/sdp-exchange", {
      method: "POST",
      headers: { authorization: `Bearer ${await tokenFor("ada")}`, "content-type": "application/json" },
      body: JSON.stringify({ sdpOffer: audioOffer }),
    });
    return status;
  };
  expect(await connect()).toBe(200);
  proxy.simulator.injectFault({ kind: "http", status: 500 });
  expect(await connect()).toBe(502);

  const snapshot = await proxy.app.snapshot();
  expect(JSON.parse(JSON.stringify(snapshot))).toEqual(snapshot);
  const { connects, upstreams, tenants } = snapshot;
  expect(connects).toMatchObject({
    outcomes: { ok: 1, refused: 0, failed: 1 },
    errors: { UPSTREAM_UNAVAILABLE: 1 },
    seconds: { count: 1 },
  });
  expect(connects.seconds.buckets.at(-1)).toEqual({ le: 20, count: 1 });
  const stages = Object.values(connects.stages);
  expect(stages.reduce((sum, stage) => sum + stage.sum, 0)).toBeCloseTo(connects.seconds.sum, 6);
  expect(connects.stages["upstream"]?.buckets.map(({ le }) => le)).toEqual(
    connects.seconds.buckets.map(({ le }) => le),
  );
  expect(upstreams).toMatchObject([
    {
      upstream: "openai-realtime",
      servers: 1,
      unreachable: 0,
      requests: { create: { ok: 1, UPSTREAM_UNAVAILABLE: 1 } },
    },
  ]);
  expect(Math.abs(upstreams[0]?.clockSkewSeconds ?? Infinity)).toBeLessThan(5);
  expect(tenants).toEqual([]);
});
