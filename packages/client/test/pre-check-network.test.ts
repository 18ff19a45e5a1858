import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ANSWER, NOW, Place, statuses, TCP_RELAY, UDP_RELAY } from "./fakes/place.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] });
  vi.setSystemTime(NOW);
});
afterEach(() => void vi.useRealTimers());

describe("the way to the server", () => {
  test("that is closed fails, and skips what needs it", async () => {
    const place = new Place();
    place.browser.fetch = () => Promise.reject(new TypeError("no network"));
    place.isSocketAnswered = false;
    expect(statuses(await place.run())).toMatchObject({
      http: "SERVER_UNREACHABLE",
      websocket: "WEBSOCKET_BLOCKED",
      clock: "skipped",
      udp: "skipped",
      tcp: "skipped",
    });
  });

  test("a server that restarts is worth a minute's wait", async () => {
    const place = new Place();
    place.refusal = { door: "/api/pre-check", code: "DRAINING" };
    expect(statuses(await place.run())).toMatchObject({ http: "SERVER_DRAINING" });
  });

  test("an address that is none fails by name", async () => {
    const place = new Place();
    expect(statuses(await place.run({ url: "nonsense" }))).toMatchObject({ http: "BAD_SERVER_URL" });
  });

  test("on which WebSockets are lost in silence is a warning: an interview goes by HTTP too", async () => {
    const place = new Place();
    place.isSocketAnswered = false;
    const results = await place.run();
    expect(results.get("websocket")).toMatchObject({ status: "warning", detail: "WEBSOCKET_BLOCKED" });
    expect(statuses(results)).toMatchObject({ http: "passed", udp: "passed" });
  });

  test.each([
    [3_600_000, 3_600_000],
    [-120_000, -120_000],
  ])("a clock that is %d ms ahead is a warning with its figure", async (wrongBy, figure) => {
    vi.setSystemTime(NOW + wrongBy);
    const results = await new Place().run();
    expect(results.get("clock")).toMatchObject({ status: "warning", detail: "CLOCK_WRONG" });
    const { clockAheadMs = 0 } = results.get("clock")?.figures ?? {};
    expect(Math.abs(clockAheadMs - figure)).toBeLessThan(1_000);
  });
});

describe("the way of calls", () => {
  test("without UDP is a warning, where TCP leads there", async () => {
    const place = new Place();
    place.description = { ...place.description, testCall: "provider" };
    place.ways = ["tcp"];
    expect(statuses(await place.run())).toMatchObject({ udp: "UDP_BLOCKED", tcp: "passed" });
  });

  test("over TCP is tried by itself, without an address that is reached over UDP", async () => {
    const place = new Place();
    place.description = { ...place.description, testCall: "provider" };
    await place.run();
    const [first, second] = place.browser.peers;
    expect(first?.remote?.sdp).toBe(ANSWER);
    expect(second?.remote?.sdp).not.toContain(" udp ");
  });

  test("that nothing passes fails", async () => {
    const place = new Place();
    place.description = { ...place.description, testCall: "provider" };
    place.ways = [];
    const results = await place.run();
    expect(results.get("udp")).toMatchObject({ status: "failed", detail: "CALLS_BLOCKED" });
    expect(results.get("tcp")).toMatchObject({ status: "warning", detail: "TCP_BLOCKED" });
  });

  test("that nothing passes fails at once where the browser says so", async () => {
    const place = new Place();
    place.ways = [];
    const check = place.check();
    const running = check.run();
    const peer = await place.browser.nthPeer(1);
    await peer.answered();
    peer.becomes("failed");
    expect(statuses(new Map((await place.through(running)).map((each) => [each.id, each])))).toMatchObject({
      udp: "CALLS_BLOCKED",
      tcp: "skipped",
    });
    check.close();
  });

  test("over TCP is not tried where nothing is there to be reached", async () => {
    const place = new Place();
    expect(statuses(await place.run())).toMatchObject({ udp: "passed", tcp: "skipped" });
    expect(place.browser.peers).toHaveLength(1);
  });

  test("over TCP leads through a relay, where there is one", async () => {
    const place = new Place();
    place.description = { ...place.description, iceServers: [UDP_RELAY, TCP_RELAY] };
    expect(statuses(await place.run())).toMatchObject({ udp: "passed", tcp: "passed" });
    expect(place.browser.peer.configuration).toMatchObject({
      iceTransportPolicy: "relay",
      iceServers: [{ urls: [TCP_RELAY.urls] }],
    });
  });

  test("is known from the relays alone, where there is no test call", async () => {
    const place = new Place();
    place.description = { ...place.description, testCall: "none", iceServers: [UDP_RELAY, TCP_RELAY] };
    const check = place.check();
    const running = check.run();
    const udp = await place.browser.nthPeer(1);
    await udp.offered();
    udp.gathers("candidate:1 1 udp 1 203.0.113.9 5000 typ relay");
    const tcp = await place.browser.nthPeer(2);
    await tcp.offered();
    tcp.gathers(null);
    const results = new Map((await place.through(running)).map((each) => [each.id, each]));
    expect(statuses(results)).toMatchObject({ udp: "passed", tcp: "TCP_BLOCKED" });
    expect(udp.configuration.iceServers).toMatchObject([{ urls: [UDP_RELAY.urls] }]);
    expect(place.posted.every(({ url }) => !url.includes("/call"))).toBe(true);
    check.close();
  });

  test("is left out where there is neither test call nor relay, or the server makes none now", async () => {
    const none = new Place();
    none.description = { ...none.description, testCall: "none" };
    expect(statuses(await none.run())).toMatchObject({ udp: "skipped", tcp: "skipped" });
    const limited = new Place();
    limited.refusal = { door: "/api/pre-check/call", code: "RATE_LIMITED" };
    const results = await limited.run();
    expect(results.get("udp")).toMatchObject({ status: "skipped", detail: "RATE_LIMITED" });
  });
});
