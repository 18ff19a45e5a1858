import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { systemClock } from "../../src/clock.ts";
import { createFakeClock } from "../fake-clock.ts";
import { audioOffer } from "../sample-sdp.ts";
import { ENDED_BY_PROXY, expectNoCallLeft, isReady } from "./provider-log.ts";
import { type ProxyUnderTest, startProxy } from "./start-proxy.ts";

describe("a socket that falls silent", () => {
  test("is terminated at the second heartbeat; one that answers is not", async () => {
    const clock = createFakeClock(Date.now());
    const proxy = await startProxy({ clock, settings: { HEARTBEAT_SECONDS: "20" } });
    const alive = await proxy.connectAs("ada");
    const dead = await proxy.connectAs("eve", { autoPong: false });
    await alive.next("welcome");
    await dead.next("welcome");

    await clock.advance(20_000);
    expect(await alive.isAlive()).toBe(true);
    await clock.advance(20_000);
    expect(await dead.closed).toBe(1006);
    expect(await alive.isAlive()).toBe(true);
  });
});

describe("a client that leaves without a word", () => {
  test("may come back within the grace; after it the session ends and the call is hung up", async () => {
    const clock = createFakeClock(Date.now());
    const proxy = await startProxy({ clock, settings: { IDLE_SECONDS: "60" } });
    const client = await proxy.connectAs("ada");
    client.send({ type: "init" });
    const { sessionId } = await client.next("initialized");
    client.send({ type: "sdp_offer", offer: audioOffer });
    await client.next("sdp_answer");
    await proxy.simulator.waitFor(isReady);
    client.close();
    await client.closed;

    await clock.advance(59_000);
    expect(proxy.simulator.liveCalls()).toHaveLength(1);
    const back = await proxy.connectAs("ada");
    back.send({ type: "init", sessionId });
    expect(await back.next("initialized")).toMatchObject({ sessionId, resumed: true });

    back.close();
    await back.closed;
    const ended = proxy.simulator.waitFor((event) => event.type === "call.ended");
    await clock.advance(61_000);
    expect((await ended).event).toMatchObject({ reason: ENDED_BY_PROXY });
  });
});

/** Until the server takes no request any more. */
async function untilRefusing(proxy: ProxyUnderTest): Promise<void> {
  const path = "/api/sessions/none/transcript";
  const ask = (): Promise<number> =>
    proxy.fetch(path).then(
      ({ status }) => status,
      () => 503,
    );
  await vi.waitFor(async () => expect(await ask()).toBe(503));
}

describe("closing the proxy", () => {
  test("hangs up every call, tells every client and leaves no timer, socket or handle", async () => {
    const pending = new Set<object>();
    const clock = {
      now: () => systemClock.now(),
      after(ms: number, action: () => void) {
        const entry = {};
        pending.add(entry);
        const cancel = systemClock.after(ms, () => {
          pending.delete(entry);
          action();
        });
        return () => {
          pending.delete(entry);
          cancel();
        };
      },
    };
    const proxy = await startProxy({ clock });
    const clients = await Promise.all(["ada", "eve", "bob"].map((person) => proxy.connectAs(person)));
    for (const client of clients) client.send({ type: "sdp_offer", offer: audioOffer });
    await Promise.all(clients.map((client) => client.next("sdp_answer")));
    expect(proxy.simulator.liveCalls()).toHaveLength(3);

    await proxy.app.close();
    await proxy.app.close();
    for (const client of clients) {
      expect(await client.next("ended")).toMatchObject({ reason: "shutdown" });
      expect(await client.closed).toBe(1001);
    }
    await expectNoCallLeft(proxy.simulator);
    expect(pending.size).toBe(0);
  });

  test("does not wait for a client that comes too late", async () => {
    const clock = createFakeClock(Date.now());
    const proxy = await startProxy({ clock });
    const frozen = await proxy.connectAs("ada");
    await frozen.next("welcome");
    frozen.socket.pause();
    const closing = proxy.app.close();
    await untilRefusing(proxy);
    const refused = await proxy.fetch("/api/sessions/none/transcript");
    expect(refused).toMatchObject({ status: 503, json: { error: { code: "DRAINING", retryable: true } } });
    const late = await proxy.connectAs("eve");
    expect(await late.closed).toBe(1006);
    await clock.advance(1000);
    await closing;
  });

  test("does not wait for a client that was being admitted", async () => {
    let admit = (): void => undefined;
    const keys = createServer((_request, reply) => {
      admit = () => reply.end(JSON.stringify({ keys: [] }));
    });
    keys.listen(0, "127.0.0.1");
    await once(keys, "listening");
    onTestFinished(() => void keys.close());
    const JWT_JWKS_URL = `http://127.0.0.1:${(keys.address() as AddressInfo).port}/keys`;
    const proxy = await startProxy({ settings: { JWT_JWKS_URL } });
    const asked = once(keys, "request");
    const token = `${Buffer.from('{"alg":"RS256","kid":"1"}').toString("base64url")}.e30.AAAA`;
    const client = proxy.connect("/", ["bearer", token]);
    await asked;
    const closing = proxy.app.close();
    await untilRefusing(proxy);
    admit();
    expect(await client.closed).toBe(1001);
    await closing;
  });

  test("many calls come and go without leaving a session or a listener behind", async () => {
    const proxy = await startProxy({ settings: { CALLS_PER_MINUTE: "1000" } });
    const client = await proxy.connectAs("ada");
    await client.next("welcome");
    for (let i = 0; i < 20; i++) {
      client.send({ type: "sdp_offer", offer: audioOffer });
      await client.next("sdp_answer");
    }
    await proxy.simulator.waitFor(() => proxy.simulator.liveCalls().length === 1);
    expect(client.socket.listenerCount("message")).toBe(1);
  });
});
