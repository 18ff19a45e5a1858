import type { PreCheckOptions } from "@interview-proxy/client/pre-check";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { NOW, Place, statuses } from "./fakes/place.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] });
  vi.setSystemTime(NOW);
});
afterEach(() => void vi.useRealTimers());

describe("where everything works", () => {
  test("each check runs and passes, and tells what it measured", async () => {
    const place = new Place();
    place.description = { ...place.description, testCall: "provider" };
    const results = await place.run();
    expect(statuses(results)).toEqual({
      browser: "passed",
      microphone: "passed",
      playback: "passed",
      http: "passed",
      websocket: "passed",
      clock: "passed",
      udp: "passed",
      tcp: "passed",
    });
    for (const id of results.keys()) expect(place.history).toEqual(expect.arrayContaining([`${id} running`]));
    expect(results.get("http")?.figures).toEqual({ roundTripMs: 40 });
    expect(results.get("udp")?.figures).toEqual({ roundTripMs: 30 });
    expect(results.get("microphone")?.figures.level).toBeGreaterThan(0.4);
    expect(results.get("clock")?.figures.clockAheadMs).toBeTypeOf("number");
  });

  test("nothing is touched before, and nothing is left open after", async () => {
    const place = new Place();
    const { browser } = place;
    const check = place.check();
    expect(check.getSnapshot().every(({ status }) => status === "waiting")).toBe(true);
    const { sockets, audioContexts, peers } = browser;
    expect([place.posted, sockets, audioContexts, peers]).toEqual([[], [], [], []]);
    await place.through(check.run());
    expect(browser.microphone.tracks[0]?.stopped).toBe(true);
    expect(browser.audio).toMatchObject({ playing: false, srcObject: null });
    expect(browser.audioContexts.every(({ state }) => state === "closed")).toBe(true);
    expect(browser.sockets.every(({ closeCode }) => closeCode === 1000)).toBe(true);
    expect(browser.peers.every(({ closed }) => closed)).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("run() joins the checks under way, and afterwards begins anew", async () => {
    const place = new Place();
    const check = place.check();
    await place.through(Promise.all([check.run(), check.run()]));
    expect(place.browser.sockets).toHaveLength(1);
    await place.through(check.run());
    expect(place.browser.sockets).toHaveLength(2);
    check.close();
  });

  test("close() in the middle lets go of everything, tells nothing more, and ends the run", async () => {
    const place = new Place();
    place.isLoud = false;
    place.ways = [];
    const check = place.check();
    const running = check.run();
    await vi.advanceTimersByTimeAsync(2_000);
    expect(place.browser.peers).toHaveLength(1);
    check.close();
    const before = check.getSnapshot();
    await running;
    expect(check.getSnapshot()).toBe(before);
    expect(place.browser.microphone.tracks[0]?.stopped).toBe(true);
    expect(place.browser.peers[0]?.closed).toBe(true);
    expect(vi.getTimerCount()).toBe(0);
    await check.run();
    expect(check.getSnapshot()).toBe(before);
  });
});

describe("the right to ask", () => {
  test("is a token, got anew for each request, in case it counts only once", async () => {
    const place = new Place();
    let given = 0;
    await place.run({ token: () => Promise.resolve(`a.b.${(given += 1)}`) });
    expect(place.posted.map(({ authorization }) => authorization)).toEqual([
      "Bearer a.b.1",
      "Bearer a.b.2",
      "Bearer a.b.3",
    ]);
    expect(place.browser.socket.protocols).toEqual([]);
  });

  test("is an invitation, or the simulation", async () => {
    const place = new Place();
    await place.run({ invitation: "inv_1" });
    expect(place.posted.map(({ url, body }) => [url, body])).toMatchObject([
      ["https://interview.test/api/pre-check?simulation=true", { invitation: "inv_1" }],
      ["https://interview.test/api/pre-check?simulation=true", { invitation: "inv_1" }],
      [
        "https://interview.test/api/pre-check/call?simulation=true",
        { invitation: "inv_1", sdpOffer: expect.any(String) },
      ],
    ]);
  });

  test("that is refused is told in the server's words, and the calls are left out", async () => {
    const place = new Place();
    place.refusal = { door: "/api/pre-check", code: "INVITATION_EXPIRED" };
    const results = await place.run();
    expect(results.get("http")).toMatchObject({
      status: "failed",
      detail: "INVITATION_EXPIRED",
      message: "What happened.",
      nextStep: "What to do.",
    });
    expect(statuses(results)).toMatchObject({ websocket: "passed", clock: "skipped", udp: "skipped", tcp: "skipped" });
  });
});

describe("the browser", () => {
  test.each([
    ["without WebRTC", { RTCPeerConnection: undefined }, "BROWSER_UNSUPPORTED"],
    ["on a page without https", { mediaDevices: () => undefined }, "PAGE_INSECURE"],
  ])("%s makes everything else pointless", async (_name, missing, code) => {
    const place = new Place();
    const environment = { ...place.browser.environment, ...missing } as NonNullable<PreCheckOptions["environment"]>;
    const results = await place.run({ environment });
    expect(results.get("browser")).toMatchObject({ status: "failed", detail: code, nextStep: expect.any(String) });
    expect([...results.values()].filter(({ status }) => status === "skipped")).toHaveLength(7);
    expect(place.posted).toEqual([]);
  });
});

describe("sound", () => {
  test.each([
    ["NotAllowedError", "MICROPHONE_DENIED"],
    ["NotFoundError", "MICROPHONE_NOT_FOUND"],
    ["NotReadableError", "MICROPHONE_IN_USE"],
  ])("%s of the microphone is %s, and the loudspeaker is tried all the same", async (name, code) => {
    const place = new Place();
    place.browser.getUserMedia = () => Promise.reject(new DOMException("no", name));
    const results = await place.run();
    expect(results.get("microphone")).toMatchObject({ status: "failed", detail: code });
    expect(statuses(results)).toMatchObject({ playback: "passed", udp: "passed" });
  });

  test("a microphone through which nothing comes is a warning, after eight seconds", async () => {
    const place = new Place();
    place.isLoud = false;
    const results = await place.run();
    expect(results.get("microphone")).toMatchObject({
      status: "warning",
      detail: "MICROPHONE_SILENT",
      stream: undefined,
    });
  });

  test("the microphone is there for a level meter while it is listened to", async () => {
    const place = new Place();
    place.isLoud = false;
    const check = place.check();
    const running = check.run();
    await vi.advanceTimersByTimeAsync(1_000);
    expect(check.getSnapshot().find(({ id }) => id === "microphone")).toMatchObject({
      status: "running",
      stream: place.browser.microphone,
    });
    await place.through(running);
    check.close();
  });

  test("the chosen microphone and speaker are tried, and nobody speaks into the test call", async () => {
    const place = new Place();
    const asked: MediaStreamConstraints[] = [];
    place.browser.getUserMedia = (constraints) => {
      asked.push(constraints);
      return Promise.resolve(place.browser.microphone);
    };
    await place.run({ microphoneId: "m2", speakerId: "s2" });
    expect(asked).toMatchObject([{ audio: { deviceId: { exact: "m2" }, echoCancellation: true } }]);
    expect(place.browser.audio.sinks).toEqual(["s2"]);
    expect(place.browser.audioContexts.some(({ tones }) => tones > 0)).toBe(true);
    expect(place.browser.peer.tracks).not.toContain(place.browser.microphone.tracks[0]);
  });

  test("a browser that holds the sound back fails the check", async () => {
    const place = new Place();
    place.browser.audio.refuses = true;
    expect(statuses(await place.run())).toMatchObject({ playback: "PLAYBACK_BLOCKED", microphone: "passed" });
  });

  test("a speaker that is gone fails the check", async () => {
    const place = new Place();
    expect(statuses(await place.run({ speakerId: "gone" }))).toMatchObject({ playback: "SPEAKER_UNAVAILABLE" });
  });

  test("only the person knows whether it was heard", async () => {
    const place = new Place();
    const check = place.check();
    const playback = () => check.getSnapshot().find(({ id }) => id === "playback");
    check.confirmSound(false);
    expect(playback()?.status).toBe("waiting");
    await place.through(check.run());
    check.confirmSound(false);
    expect(playback()).toMatchObject({ status: "failed", detail: "PLAYBACK_NOT_HEARD" });
    check.confirmSound(true);
    expect(playback()).toMatchObject({ status: "passed", detail: undefined, message: undefined });
    check.close();
  });
});
