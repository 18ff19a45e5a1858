import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { connectingClient, FakeBrowser, SDP_ANSWER } from "./fakes/fake-browser.ts";
import { FakeStream } from "./fakes/fake-media.ts";

const UNAUTHENTICATED = {
  type: "error",
  code: "UNAUTHENTICATED",
  message: "No valid sign-in came with the request. Start the interview again from your invitation.",
  retryable: false,
  requestId: "req-1",
};
const RATE_LIMITED = {
  type: "error",
  code: "RATE_LIMITED",
  message: "Too many requests in a short time. Wait a moment, then try again.",
  retryable: true,
  requestId: "req-2",
};

const SESSION_TAKEN_OVER = {
  type: "error",
  code: "SESSION_TAKEN_OVER",
  message: "This interview goes on in another window. Close this one, or go back to that one.",
  retryable: false,
  requestId: "req-3",
};

describe("microphone", () => {
  test.each([
    ["NotAllowedError", "MICROPHONE_DENIED"],
    ["NotFoundError", "MICROPHONE_NOT_FOUND"],
    ["NotReadableError", "MICROPHONE_IN_USE"],
    ["SecurityError", "MICROPHONE_UNAVAILABLE"],
  ])("%s becomes %s, with a next step", async (name, code) => {
    const browser = new FakeBrowser();
    browser.getUserMedia = () => Promise.reject(new DOMException("browser words", name));
    const client = browser.client();
    await expect(client.connect()).rejects.toMatchObject({ problem: { code } });
    expect(client.getSnapshot()).toMatchObject({ state: "failed", error: { code, nextStep: expect.any(String) } });
    expect(browser.peer.closed).toBe(true);
  });

  test("a page that may not ask at all, for want of https, is told so", async () => {
    const browser = new FakeBrowser();
    browser.getUserMedia = () => {
      throw new TypeError("mediaDevices is undefined");
    };
    await expect(browser.client().connect()).rejects.toMatchObject({ problem: { code: "MICROPHONE_UNAVAILABLE" } });
  });

  test("a stream of the caller's without a voice is refused, and the caller's stream is never stopped", async () => {
    const silent = new FakeBrowser();
    const mediaStream = new FakeStream([]) as unknown as MediaStream;
    await expect(silent.client({ mediaStream }).connect()).rejects.toMatchObject({
      problem: { code: "MICROPHONE_NOT_FOUND" },
    });

    const browser = new FakeBrowser();
    const callers = browser.microphone as unknown as MediaStream;
    const client = await browser.connectedClient({ mediaStream: callers });
    client.close();
    expect(browser.microphone.tracks.map(({ stopped }) => stopped)).toEqual([false]);
  });
});

describe("server", () => {
  test("an error before the answer ends the attempt with the server's words, split into cause and next step", async () => {
    const browser = new FakeBrowser();
    const client = browser.client();
    const connected = client.connect();
    (await browser.nthSocket(1)).receive(UNAUTHENTICATED);
    await expect(connected).rejects.toMatchObject({ name: "InterviewError" });
    expect(client.getSnapshot().error).toEqual({
      code: "UNAUTHENTICATED",
      message: "No valid sign-in came with the request.",
      nextStep: "Start the interview again from your invitation.",
      retryable: false,
      requestId: "req-1",
    });
  });

  test("an error in mid-interview is shown, and the interview goes on", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.socket.receive(RATE_LIMITED);
    expect(client.getSnapshot()).toMatchObject({ state: "connected", error: { code: "RATE_LIMITED" } });
    client.close();
  });

  test.each([
    [4410, "SESSION_ENDED"],
    [4436, "SESSION_TAKEN_OVER"],
  ])("a bare close with %i in mid-interview is %s", async (closeCode, code) => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.socket.serverCloses(closeCode);
    expect(client.getSnapshot()).toMatchObject({ state: "failed", error: { code } });
    expect(browser.microphone.tracks[0]?.stopped).toBe(true);
    expect(browser.requests).toEqual([]);
  });

  test("a socket lost before the answer ends the attempt, and leaves the session to another try", async () => {
    const browser = new FakeBrowser();
    const connected = browser.client().connect();
    const socket = await browser.serverInitializes();
    await socket.sentType("sdp_offer");
    socket.serverCloses(1006);
    await expect(connected).rejects.toMatchObject({ problem: { code: "SERVER_LOST" } });
    expect(browser.sockets).toHaveLength(1);
    expect(browser.requests).toEqual([]);
  });

  test("a socket that never opens ends the attempt at once, even while the microphone is asked for", async () => {
    const browser = new FakeBrowser();
    browser.getUserMedia = () => new Promise(() => {});
    const connected = browser.client().connect();
    (await browser.nthSocket(1)).serverCloses(1006);
    await expect(connected).rejects.toMatchObject({ problem: { code: "SERVER_UNREACHABLE" } });
  });

  test("its end of the interview is an end, not a failure, and is not answered with another", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.socket.receive({ type: "ended", seq: 1, reason: "time_limit" });
    expect(client.getSnapshot()).toMatchObject({ state: "disconnected", endReason: "time_limit" });
    expect(client.getSnapshot().error).toBeUndefined();
    expect(browser.peer.closed).toBe(true);
    client.close();
    expect(browser.socket.sentTypes).not.toContain("disconnect");
  });

  test("a session that another window takes over fails here at once, and is left to that window", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.socket.receive(SESSION_TAKEN_OVER);
    expect(client.getSnapshot()).toMatchObject({
      state: "failed",
      error: { code: "SESSION_TAKEN_OVER", retryable: false, requestId: "req-3" },
    });
    expect(browser.peer.closed).toBe(true);
    expect(browser.microphone.tracks[0]?.stopped).toBe(true);
    await client.disconnect();
    client.close();
    expect(browser.socket.sentTypes).not.toContain("disconnect");
    expect(browser.requests).toEqual([]);
  });

  test.each([
    ["a type of a later version", '{"type":"later"}'],
    ["broken JSON", "{"],
    ["binary data", new ArrayBuffer(8)],
    ["an oversized message", JSON.stringify({ type: "pong", time: 1, padding: "x".repeat(140_000) })],
  ])("%s is counted and ignored", async (_name, data) => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.socket.receiveRaw(data);
    expect(client.getSnapshot()).toMatchObject({ state: "connected", unknownMessages: 1 });
    client.close();
  });
});

describe("audio line", () => {
  test("an answer that the browser refuses fails without quoting it", async () => {
    const browser = new FakeBrowser();
    const client = browser.client();
    const connected = client.connect();
    browser.peer.refusesAnswer = true;
    await browser.serverAnswers();
    const error: unknown = await connected.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ problem: { code: "ANSWER_UNUSABLE" } });
    expect((error as Error).cause).toBeUndefined();
    expect(JSON.stringify(client.events.getSnapshot())).not.toContain("v=0");
    expect(browser.socket.sentTypes).toContain("disconnect");
  });

  test("a first one that fails ends the attempt with plain words and lets the server hang up", async () => {
    const browser = new FakeBrowser();
    const { client, connected } = await connectingClient(browser);
    browser.peer.becomes("failed");
    await expect(connected).rejects.toMatchObject({ problem: { code: "AUDIO_LINE_FAILED" } });
    expect(client.getSnapshot()).toMatchObject({ state: "failed", error: { code: "AUDIO_LINE_FAILED" } });
    expect(browser.socket.sentTypes.at(-1)).toBe("disconnect");
  });

  test("a browser without WebRTC is told so, and its socket is closed", async () => {
    const browser = new FakeBrowser();
    const environment = { ...browser.environment, RTCPeerConnection: undefined as never };
    await expect(browser.client({ environment }).connect()).rejects.toMatchObject({
      problem: { code: "WEBRTC_UNAVAILABLE" },
    });
    expect(browser.sockets.every(({ closeCode }) => closeCode === 1000)).toBe(true);
  });
});

describe("time limits", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] }));
  afterEach(() => void vi.useRealTimers());

  test("no answer within 30 s", async () => {
    const browser = new FakeBrowser();
    const client = browser.client();
    const connected = client.connect();
    const socket = await browser.serverInitializes();
    await socket.sentType("sdp_offer");
    vi.advanceTimersByTime(30_000);
    await expect(connected).rejects.toMatchObject({ problem: { code: "SERVER_TIMEOUT" } });
    expect(socket.sentTypes.at(-1)).toBe("disconnect");
    expect(vi.getTimerCount()).toBe(0);
  });

  test("no audio line within 20 s of the answer", async () => {
    const browser = new FakeBrowser();
    const { connected } = await connectingClient(browser);
    vi.advanceTimersByTime(20_000);
    await expect(connected).rejects.toMatchObject({ problem: { code: "AUDIO_LINE_FAILED" } });
    expect(vi.getTimerCount()).toBe(0);
  });

  test("a microphone question may stand as long as the person likes", async () => {
    const browser = new FakeBrowser();
    browser.getUserMedia = () => new Promise(() => {});
    const client = browser.client();
    client.connect().catch(() => {});
    await browser.nthSocket(1);
    vi.advanceTimersByTime(3_600_000);
    expect(client.getSnapshot().state).toBe("requesting_microphone");
    client.close();
  });

  test("when the voice service hangs up, the server has a moment to say that the interview is over", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.peer.hangsUp();
    vi.advanceTimersByTime(249);
    expect(client.getSnapshot().state).toBe("connected");
    browser.socket.receive({ type: "ended", seq: 1, reason: "time_limit" });
    expect(client.getSnapshot()).toMatchObject({ state: "disconnected", endReason: "time_limit" });
    expect(browser.peers).toHaveLength(1);
    expect(vi.getTimerCount()).toBe(0);
  });

  test("an answer that comes too late changes nothing", async () => {
    const browser = new FakeBrowser();
    const client = browser.client();
    const connected = client.connect();
    const socket = await browser.serverInitializes();
    await socket.sentType("sdp_offer");
    vi.advanceTimersByTime(30_000);
    await expect(connected).rejects.toThrow("did not answer in time");
    const failed = client.getSnapshot();
    socket.receive(SDP_ANSWER);
    expect(client.getSnapshot()).toBe(failed);
    expect(browser.peer.remote).toBeUndefined();
  });
});
