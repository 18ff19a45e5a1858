import { describe, expect, test } from "vitest";
import { FakeBrowser, snapshotWhere } from "./fakes/fake-browser.ts";
import { FakePermission, microphone } from "./fakes/fake-devices.ts";
import { FakeStream, FakeTrack } from "./fakes/fake-media.ts";

/** A computer with microphones, of which a test unplugs some. */
class Microphones {
  readonly browser = new FakeBrowser();
  readonly asked: MediaStreamConstraints[] = [];
  #ids: readonly string[] = [];

  constructor(...ids: string[]) {
    this.browser.getUserMedia = (constraints) => this.#open(constraints);
    this.become(...ids);
  }

  become(...ids: string[]): void {
    this.#ids = ids;
    this.browser.devices.become(ids.map((id) => microphone(id)));
  }

  async #open(constraints: MediaStreamConstraints): Promise<FakeStream> {
    this.asked.push(constraints);
    const { deviceId, ...processing } = constraints.audio as { deviceId?: { exact?: string } };
    // As in Chromium, a wish that is not exact is none.
    const wanted = deviceId?.exact;
    const id = wanted === undefined ? this.#ids[0] : this.#ids.find((each) => each === wanted);
    if (id === undefined)
      throw new DOMException("none", wanted === undefined ? "NotFoundError" : "OverconstrainedError");
    return new FakeStream([new FakeTrack({ ...processing, deviceId: id })]);
  }

  /** What the interviewer hears, by device. */
  get heard(): (string | undefined)[] {
    return this.browser.peer.tracks.map((track) => (track as FakeTrack).getSettings().deviceId);
  }

  get present(): FakeTrack {
    return this.browser.peer.tracks.at(-1) as FakeTrack;
  }
}

describe("choosing a microphone", () => {
  test("in mid-call puts it in place of the one before, without another offer", async () => {
    const computer = new Microphones("m1", "m2");
    const client = await computer.browser.connectedClient();
    const before = computer.present;
    await client.selectMicrophone("m2");
    expect(computer.heard).toEqual(["m1", "m2"]);
    expect(before.stopped).toBe(true);
    expect(client.getSnapshot().localStream?.getTracks()).toEqual([computer.present]);
    expect(client.getSnapshot().devices.microphoneId).toBe("m2");
    expect(computer.browser.socket.sentTypes.filter((type) => type === "sdp_offer")).toHaveLength(1);
    client.close();
    expect(computer.present.stopped).toBe(true);
  });

  test("before a call opens that one, and before the next call too", async () => {
    const computer = new Microphones("m1", "m2");
    const client = computer.browser.client();
    await client.selectMicrophone("m2");
    expect(client.getSnapshot().devices.microphoneId).toBe("m2");
    const connected = client.connect();
    await computer.browser.serverAnswers();
    await computer.browser.peer.answered();
    computer.browser.peer.becomes("connected");
    await connected;
    expect(computer.heard).toEqual(["m2"]);
    computer.browser.socket.receive({ type: "ended", seq: 1, reason: "completed" });
    client.connect().catch(() => {});
    await computer.browser.serverInitializes();
    await computer.browser.socket.sentType("sdp_offer");
    expect(computer.heard).toEqual(["m2"]);
    client.close();
  });

  test("that is not there when the call begins leaves the system's default, and says so", async () => {
    const computer = new Microphones("m1");
    const client = computer.browser.client();
    await client.selectMicrophone("m9");
    client.connect().catch(() => {});
    await computer.browser.serverInitializes();
    await computer.browser.socket.sentType("sdp_offer");
    expect(computer.heard).toEqual(["m1"]);
    expect(client.getSnapshot().devices.microphoneId).toBe("m1");
    client.close();
  });

  test("that is not there is refused, and the one in use stays", async () => {
    const computer = new Microphones("m1");
    const client = await computer.browser.connectedClient();
    await expect(client.selectMicrophone("m9")).rejects.toMatchObject({ problem: { code: "MICROPHONE_NOT_FOUND" } });
    expect(computer.present.stopped).toBe(false);
    expect(client.getSnapshot().devices.microphoneId).toBe("m1");
    client.close();
  });

  test("while the browser still asks for the first one waits for the answer", async () => {
    const computer = new Microphones("m1", "m2");
    const client = computer.browser.client();
    client.connect().catch(() => {});
    await client.selectMicrophone("m2");
    await computer.browser.serverInitializes();
    await computer.browser.socket.sentType("sdp_offer");
    expect(computer.heard.at(-1)).toBe("m2");
    client.close();
  });

  test("takes the place of the caller's own stream, which is not stopped", async () => {
    const computer = new Microphones("m1");
    const mediaStream = computer.browser.microphone as unknown as MediaStream;
    const client = await computer.browser.connectedClient({ mediaStream });
    await client.selectMicrophone("m1");
    expect(computer.present.getSettings().deviceId).toBe("m1");
    expect(computer.browser.microphone.tracks[0]?.stopped).toBe(false);
    client.close();
  });
});

describe("a microphone that is unplugged in mid-call", () => {
  test("gives way to the system's default, which is said, until the person chooses", async () => {
    const computer = new Microphones("m1", "m2");
    const client = await computer.browser.connectedClient();
    const unplugged = computer.present;
    computer.become("m2");
    unplugged.ends();
    expect(client.getSnapshot().localStream).toBeUndefined();
    await snapshotWhere(client, ({ error }) => error?.code === "MICROPHONE_CHANGED");
    expect(computer.heard).toEqual(["m1", "m2"]);
    expect(client.getSnapshot()).toMatchObject({ state: "connected", devices: { microphoneId: "m2" } });
    await client.selectMicrophone("m2");
    expect(client.getSnapshot().error).toBeUndefined();
    client.close();
  });

  test("is used again when it is back, where the person had chosen it", async () => {
    const computer = new Microphones("m1", "m2");
    const client = await computer.browser.connectedClient();
    await client.selectMicrophone("m2");
    computer.become("m1");
    computer.present.ends();
    await snapshotWhere(client, ({ error }) => error?.code === "MICROPHONE_CHANGED");
    computer.become("m1", "m2");
    await snapshotWhere(client, ({ error }) => error === undefined);
    expect(computer.heard).toEqual(["m1", "m2", "m1", "m2"]);
    client.close();
  });

  test("with no other one there is told, and the next that appears is used", async () => {
    const computer = new Microphones("m1");
    const client = await computer.browser.connectedClient();
    computer.become();
    computer.present.ends();
    const lost = await snapshotWhere(client, ({ error }) => error?.code === "MICROPHONE_LOST");
    expect(lost).toMatchObject({ state: "connected", localStream: undefined });
    computer.become("bluetooth");
    await snapshotWhere(client, ({ error }) => error?.code === "MICROPHONE_CHANGED");
    expect(computer.heard.at(-1)).toBe("bluetooth");
    client.close();
  });

  test("and plugged in again is used as if nothing had been", async () => {
    const computer = new Microphones("m1");
    const client = await computer.browser.connectedClient();
    computer.become();
    computer.present.ends();
    await snapshotWhere(client, ({ error }) => error?.code === "MICROPHONE_LOST");
    computer.become("m1");
    await snapshotWhere(client, ({ error, localStream }) => localStream !== undefined && error === undefined);
    expect(computer.heard.at(-1)).toBe("m1");
    client.close();
  });

  test("because the page may not use it any more is told so, and it is opened when the page may again", async () => {
    const computer = new Microphones("m1");
    const { browser } = computer;
    const open = browser.getUserMedia;
    const permission = (browser.permission = new FakePermission());
    const client = await browser.connectedClient();
    browser.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
    permission.becomes("denied");
    computer.present.ends();
    await snapshotWhere(client, ({ error }) => error?.code === "MICROPHONE_DENIED");
    browser.getUserMedia = open;
    permission.becomes("granted");
    await snapshotWhere(client, ({ localStream }) => localStream !== undefined);
    expect(computer.heard).toEqual(["m1", "m1"]);
    client.close();
  });

  test("is not replaced where it was the caller's own stream: nobody is listened to unasked", async () => {
    const computer = new Microphones("m1");
    const { browser } = computer;
    const client = await browser.connectedClient({ mediaStream: browser.microphone as unknown as MediaStream });
    browser.microphone.tracks[0]?.ends();
    expect(client.getSnapshot().error?.code).toBe("MICROPHONE_LOST");
    computer.become("m1", "m2");
    await client.refreshDevices();
    expect(computer.asked).toEqual([]);
    client.close();
  });

  test("after the end changes nothing", async () => {
    const computer = new Microphones("m1", "m2");
    const client = await computer.browser.connectedClient();
    const track = computer.present;
    client.close();
    track.ends();
    expect(client.getSnapshot().error).toBeUndefined();
    expect(computer.asked).toHaveLength(1);
  });
});

test("a microphone that the system silences is told, until it is heard again", async () => {
  const browser = new FakeBrowser();
  const client = await browser.connectedClient();
  browser.microphone.tracks[0]?.dispatchEvent(new Event("mute"));
  expect(client.getSnapshot().error?.code).toBe("MICROPHONE_SILENCED");
  browser.microphone.tracks[0]?.dispatchEvent(new Event("unmute"));
  expect(client.getSnapshot().error).toBeUndefined();
  client.close();
});

describe("processing", () => {
  test("is on unless the person wants otherwise, before a call and in the middle of it", async () => {
    const computer = new Microphones("m1");
    const client = computer.browser.client();
    await client.setProcessing({ noiseSuppression: false });
    const connected = client.connect();
    await computer.browser.serverAnswers();
    await computer.browser.peer.answered();
    computer.browser.peer.becomes("connected");
    await connected;
    const wanted = { echoCancellation: true, noiseSuppression: false, autoGainControl: true };
    expect(computer.asked).toEqual([{ audio: wanted }]);
    await client.setProcessing({ echoCancellation: false });
    expect(computer.present.getSettings()).toMatchObject({ ...wanted, echoCancellation: false });
    expect(computer.asked).toHaveLength(1);
    client.close();
  });

  test("opens the microphone anew in a browser that cannot change an open one", async () => {
    const computer = new Microphones("m1", "m2");
    const client = await computer.browser.connectedClient();
    await client.selectMicrophone("m2");
    computer.present.ignoresConstraints = true;
    await client.setProcessing({ autoGainControl: false });
    expect(computer.present.getSettings()).toMatchObject({ autoGainControl: false, deviceId: "m2" });
    expect(computer.heard).toEqual(["m1", "m2", "m2"]);
    client.close();
  });
});
