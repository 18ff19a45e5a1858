import { InterviewError } from "@interview-proxy/client";
import { describe, expect, test } from "vitest";
import { ANSWER_SDP, FakeBrowser, SESSION_ID, snapshotWhere } from "./fakes/fake-browser.ts";
import { FakeStream, FakeTrack } from "./fakes/fake-media.ts";
import { OFFER_SDP } from "./fakes/fake-peer-connection.ts";

const JWT = "aaa.bbb.ccc";

describe("a call over WebSocket", () => {
  test("goes through its states in order and tells what the server said", async () => {
    const browser = new FakeBrowser();
    const client = browser.client();
    const states = [client.getSnapshot().state];
    client.subscribe(() => {
      const { state } = client.getSnapshot();
      if (state !== states.at(-1)) states.push(state);
    });
    const connected = client.connect();
    await browser.serverAnswers();
    await browser.peer.answered();
    browser.peer.becomes("connected");
    await connected;
    expect(states).toEqual(["idle", "requesting_microphone", "signalling", "connecting", "connected"]);
    expect(client.getSnapshot()).toMatchObject({
      sessionId: SESSION_ID,
      callId: "rtc_1",
      deadline: "2030-01-01T00:00:00.000Z",
      simulation: true,
      line: { signalling: "open", peer: "connected" },
    });
    expect(client.getSnapshot().localStream).toBe(browser.microphone);
    client.close();
  });

  test("touches nothing before connect(), and is one call however often connect() is called", async () => {
    const browser = new FakeBrowser();
    const client = browser.client();
    expect(browser.peers).toHaveLength(0);
    const both = [client.connect(), client.connect()];
    await browser.serverAnswers();
    await browser.peer.answered();
    browser.peer.becomes("connected");
    await Promise.all(both);
    await client.connect();
    expect([browser.peers.length, browser.sockets.length]).toEqual([1, 1]);
    client.close();
  });

  test("sends init once, then the offer's very bytes, without waiting for ICE", async () => {
    const browser = new FakeBrowser();
    const client = browser.client({ sessionId: "mine", aiPersona: "verse" });
    client.connect().catch(() => {});
    const socket = await browser.serverInitializes();
    await socket.sentType("sdp_offer");
    expect(socket.sent).toEqual([
      { type: "init", protocol: 1, sessionId: "mine", aiPersona: "verse" },
      { type: "sdp_offer", offer: { type: "offer", sdp: OFFER_SDP } },
    ]);
    expect(browser.peer.iceGatheringState).toBe("gathering");
    client.close();
  });

  test("sets the server's answer and speaks through the microphone", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    expect(browser.peer.remote).toEqual({ type: "answer", sdp: ANSWER_SDP });
    expect(browser.peer.tracks).toEqual(browser.microphone.tracks);
    client.close();
  });

  test("can call again after the end, with nothing of the first call left in the snapshot", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.socket.serverCloses(4436);
    expect(client.getSnapshot()).toMatchObject({ state: "failed", error: { code: "SESSION_TAKEN_OVER" } });
    const again = client.connect();
    expect(client.getSnapshot().error).toBeUndefined();
    expect(client.getSnapshot().sessionId).toBeUndefined();
    await browser.serverAnswers();
    await browser.peer.answered();
    browser.peer.becomes("connected");
    await again;
    client.close();
  });
});

describe("addresses and tokens", () => {
  test.each([
    ["ws://a.test:3001?simulation=true", "ws://a.test:3001/?simulation=true"],
    ["https://a.test/ws?simulation=true", "wss://a.test/ws?simulation=true"],
    ["http://a.test", "ws://a.test/"],
  ])("%s opens %s", async (url, expected) => {
    const browser = new FakeBrowser();
    const client = browser.client({ url });
    client.connect().catch(() => {});
    expect((await browser.nthSocket(1)).url).toBe(expected);
    client.close();
  });

  test.each(["", "nonsense", "ftp://a.test", "ws://user:word@a.test"])("%j is no server address", async (url) => {
    const browser = new FakeBrowser();
    await expect(browser.client({ url }).connect()).rejects.toMatchObject({ problem: { code: "BAD_SERVER_URL" } });
    expect(browser.peers).toHaveLength(0);
  });

  test.each([
    ["none", undefined, []],
    ["a string", JWT, ["bearer", JWT]],
    ["a function", () => Promise.resolve(JWT), ["bearer", JWT]],
  ])("token: %s", async (_name, token, protocols) => {
    const browser = new FakeBrowser();
    const client = browser.client({ token });
    client.connect().catch(() => {});
    expect((await browser.nthSocket(1)).protocols).toEqual(protocols);
    client.close();
  });

  test.each([
    ["is no JWT", "top secret"],
    ["cannot be got", () => Promise.reject(new Error("top secret"))],
  ])("a token that %s ends the attempt without being quoted", async (_name, token) => {
    const browser = new FakeBrowser();
    const client = browser.client({ token });
    const error: unknown = await client.connect().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ problem: { code: "TOKEN_UNAVAILABLE" } });
    expect(JSON.stringify([error, client.getSnapshot(), client.events.getSnapshot()])).not.toContain("secret");
    expect(browser.sockets).toHaveLength(0);
  });
});

test("what a page's own function for the token rejects with is told as it is", async () => {
  const browser = new FakeBrowser();
  const problem = { code: "INVITATION_USED", message: "It is over.", retryable: false };
  const client = browser.client({ token: () => Promise.reject(new InterviewError(problem)) });
  await expect(client.connect()).rejects.toMatchObject({ problem });
  expect(client.getSnapshot()).toMatchObject({ state: "failed", error: problem });
});

describe("the interviewer's voice", () => {
  test("plays the stream that the answer names", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    const stream = new FakeStream([new FakeTrack()]);
    browser.peer.receivesTrack(stream.tracks[0], [stream]);
    expect(client.getSnapshot().remoteStream).toBe(stream);
    expect(browser.audio).toMatchObject({ srcObject: stream, autoplay: true, playing: true });
    client.close();
    expect(browser.audio).toMatchObject({ srcObject: null, playing: false });
  });

  test("makes a stream of the track where the answer names none", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    const track = new FakeTrack();
    browser.peer.receivesTrack(track, []);
    expect(client.getSnapshot().remoteStream?.getTracks()).toEqual([track]);
    client.close();
  });

  test("asks for a gesture where the browser refuses to play, and plays after it", async () => {
    const browser = new FakeBrowser();
    browser.audio.refuses = true;
    const client = await browser.connectedClient();
    browser.peer.receivesTrack(new FakeTrack(), []);
    await snapshotWhere(client, ({ needsGesture }) => needsGesture);
    browser.audio.refuses = false;
    await client.resumeAudio();
    expect(client.getSnapshot().needsGesture).toBe(false);
    expect(browser.audio.playing).toBe(true);
    client.close();
  });
});
