import dns from "node:dns";
import { expect, onTestFinished, test, vi } from "vitest";
import { SERVICE, startPlatform } from "../doors/platform.ts";
import { isReady } from "../doors/provider-log.ts";
import { relayWith } from "../doors/sideband-relay.ts";
import { audioOffer } from "../sample-sdp.ts";
import { beginInterview, expectWholeTranscript, LINES, simulator, untilLines } from "./interview-among-faults.ts";

/** While it is away, no name is known. */
function breakableDns() {
  const real = dns.lookup;
  let isAway = false;
  let asked = 0;
  const lookUp = (...args: unknown[]): void => {
    asked += 1;
    const done = args.at(-1) as (error: Error) => void;
    if (isAway) setImmediate(() => done(Object.assign(new Error("getaddrinfo EAI_AGAIN"), { code: "EAI_AGAIN" })));
    else Reflect.apply(real, dns, args);
  };
  const spy = vi.spyOn(dns, "lookup").mockImplementation(lookUp);
  onTestFinished(() => spy.mockRestore());
  return {
    lose: () => (isAway = true),
    find: () => (isAway = false),
    asked: () => asked,
  };
}

test("without DNS the page is told to try again, interviews go on, and ends are made good when it is back", async () => {
  const names = breakableDns();
  const cut = { now: false };
  const platform = await startPlatform({
    simulator,
    async between(baseUrl) {
      const meddled = await relayWith((event) => {
        if (!cut.now) return event;
        cut.now = false;
        return "cut";
      })(baseUrl);
      return meddled.replace("127.0.0.1", "localhost");
    },
  });
  const { proxy, ask } = platform;
  names.lose();
  // Signs in, and has a session; only the call cannot be made.
  const client = await proxy.connectAs("ada");
  client.send({ type: "init" });
  await client.next("initialized");
  client.send({ type: "sdp_offer", offer: audioOffer });
  expect(await client.next("error")).toMatchObject({ code: "UPSTREAM_UNAVAILABLE", retryable: true });
  expect(names.asked()).toBeGreaterThan(0);
  names.find();
  client.send({ type: "sdp_offer", offer: audioOffer });
  await client.next("sdp_answer");

  const bob = await beginInterview(proxy, "bob");
  await proxy.simulator.waitFor((event) => event.callId === bob.callId && isReady(event));
  names.lose();
  await untilLines(proxy, bob.callId, 2);
  // The sideband breaks, and cannot be attached again for a moment.
  cut.now = true;
  await expect.poll(() => cut.now).toBe(false);
  names.find();
  await untilLines(proxy, bob.callId, LINES);
  await expectWholeTranscript(proxy, bob, SERVICE);

  names.lose();
  expect((await ask("GET", `/api/sessions/${bob.sessionId}/transcript`)).status).toBe(200);
  bob.client.close();
  await bob.client.closed;
  const back = proxy.connect("/", ["bearer", bob.resumeToken]);
  back.send({ type: "init", resumeToken: bob.resumeToken, lastSeq: 0 });
  await back.next("initialized");
  expect((await ask("DELETE", `/api/sessions/${bob.sessionId}`)).status).toBe(204);
  client.send({ type: "disconnect" });
  await client.next("disconnected");
  names.find();
  await expect.poll(() => proxy.simulator.liveCalls().length, { timeout: 30_000 }).toBe(0);
});
