import { expect, test } from "vitest";
import { type Clock, systemClock } from "../../src/clock.ts";
import { startPlatform, SERVICE } from "../doors/platform.ts";
import { expectNoCallLeft } from "../doors/provider-log.ts";
import { audioOffer } from "../sample-sdp.ts";
import { tokenFor } from "../doors/start-proxy.ts";
import { beginInterview, expectWholeTranscript, LINES, simulator, untilLines } from "./interview-among-faults.ts";

/** As a clock is set on a machine: the time of day jumps, and timers take no notice. */
function settableClock(): Clock & { readonly jump: (ms: number) => void } {
  let offset = 0;
  return {
    jump: (ms) => (offset += ms),
    now: () => systemClock.now() + offset,
    after: (ms, action) => systemClock.after(ms, action),
  };
}

/** Ten minutes; tokens of the tests are good for as long. */
const JUMP_MS = 600_000;

test.each([
  ["forward", JUMP_MS],
  ["back", -JUMP_MS],
])("a clock that jumps %s ends no interview, and none that begins then", { timeout: 60_000 }, async (_way, ms) => {
  const clock = settableClock();
  const platform = await startPlatform({
    clock,
    settings: { LOG_LEVEL: "debug" },
    simulator,
  });
  const { proxy, ask } = platform;
  const ada = await beginInterview(proxy, "ada");
  const headers = { authorization: `Bearer ${await tokenFor("bob")}`, "content-type": "application/json" };
  const body = JSON.stringify({ sdpOffer: audioOffer });
  const bob = (await proxy.fetch("/api/sdp-exchange", { method: "POST", headers, body })).json as { sessionId: string };
  await untilLines(proxy, ada.callId, 2);

  clock.jump(ms);
  // Nobody is told to go, nor found to be gone, who is there or speaks.
  await untilLines(proxy, ada.callId, LINES);
  expect(await ada.client.isAlive()).toBe(true);
  for (const { sessionId } of [ada, bob])
    expect((await ask("GET", `/api/sessions/${sessionId}`)).json).toMatchObject({ status: "running" });
  await expectWholeTranscript(proxy, ada, SERVICE);

  // The page comes back, and another one comes.
  ada.client.close();
  await ada.client.closed;
  const back = proxy.connect("/", ["bearer", ada.resumeToken]);
  back.send({ type: "init", resumeToken: ada.resumeToken, lastSeq: 0 });
  await back.next("initialized");
  back.send({ type: "sdp_offer", offer: audioOffer });
  await back.next("sdp_answer");
  const late = await platform.come(await platform.create("carl"));
  await late.next("initialized");
  for (const client of [back, late]) {
    client.send({ type: "disconnect" });
    expect(await client.next("disconnected")).toMatchObject({ reason: "client_disconnected" });
  }
  expect((await ask("DELETE", `/api/sessions/${bob.sessionId}`)).status).toBe(204);
  await expectNoCallLeft(proxy.simulator);
  expect(proxy.logLines.filter((line) => line.includes('"level":"error"'))).toEqual([]);
});
