import { describe, expect, test } from "vitest";
import { FakeBrowser, snapshotWhere } from "./fakes/fake-browser.ts";
import { FakePermission, microphone, speaker } from "./fakes/fake-devices.ts";

const NAMED = [microphone("m1", "Built-in"), microphone("m2", "Headset"), speaker("s1", "Loudspeaker")];

describe("the list of devices", () => {
  test("is empty until somebody asks for it, and asks the person for nothing", async () => {
    const browser = new FakeBrowser();
    browser.devices.become(NAMED);
    browser.getUserMedia = () => Promise.reject(new Error("asked"));
    const client = browser.client();
    expect(client.getSnapshot().devices).toMatchObject({ microphones: [], speakers: [], permission: "unknown" });
    await client.refreshDevices();
    expect(client.getSnapshot().devices).toEqual({
      microphones: [
        { id: "m1", label: "Built-in" },
        { id: "m2", label: "Headset" },
      ],
      speakers: [{ id: "s1", label: "Loudspeaker" }],
      permission: "unknown",
      canSelectSpeaker: true,
    });
    client.close();
  });

  test("leaves out what browsers show in place of devices before the page is allowed to use one", async () => {
    const browser = new FakeBrowser();
    browser.devices.become([microphone("", ""), speaker("", "")]);
    const client = browser.client();
    await client.refreshDevices();
    expect(client.getSnapshot().devices).toMatchObject({ microphones: [], speakers: [] });
    client.close();
  });

  test("has the names once a call has opened the microphone, and tells which one is in use", async () => {
    const browser = new FakeBrowser();
    browser.devices.become([microphone("")]);
    browser.microphone.tracks[0]?.uses("m2");
    browser.getUserMedia = () => {
      browser.devices.become(NAMED);
      return Promise.resolve(browser.microphone);
    };
    const client = await browser.connectedClient();
    const { devices } = await snapshotWhere(client, (snapshot) => snapshot.devices.microphones.length > 0);
    expect(devices).toMatchObject({ microphoneId: "m2", permission: "granted" });
    client.close();
  });

  test("follows devices that come and go, until the client is closed", async () => {
    const browser = new FakeBrowser();
    const client = browser.client();
    await client.refreshDevices();
    browser.devices.become([...NAMED, microphone("m3", "Bluetooth")]);
    await snapshotWhere(client, ({ devices }) => devices.microphones.length === 3);
    browser.devices.become(NAMED);
    const { devices } = await snapshotWhere(client, (snapshot) => snapshot.devices.microphones.length === 2);
    client.close();
    browser.devices.become([]);
    await Promise.resolve();
    expect(client.getSnapshot().devices).toBe(devices);
  });

  test("is empty where the page may use no device at all", async () => {
    const browser = new FakeBrowser();
    const client = browser.client({ environment: { ...browser.environment, mediaDevices: () => undefined } });
    await client.refreshDevices();
    expect(client.getSnapshot().devices).toMatchObject({ microphones: [], permission: "unknown" });
    client.close();
  });
});

describe("the permission", () => {
  test("is what the browser tells, and follows what the person does in its settings", async () => {
    const browser = new FakeBrowser();
    const permission = (browser.permission = new FakePermission());
    const client = browser.client();
    await client.refreshDevices();
    expect(client.getSnapshot().devices.permission).toBe("prompt");
    permission.becomes("denied");
    await snapshotWhere(client, ({ devices }) => devices.permission === "denied");
    permission.becomes("granted");
    await snapshotWhere(client, ({ devices }) => devices.permission === "granted");
    client.close();
  });

  test("is granted while the microphone is open, also where the browser says that it would ask again", async () => {
    const browser = new FakeBrowser();
    browser.permission = new FakePermission();
    const client = await browser.connectedClient();
    await snapshotWhere(client, ({ devices }) => devices.permission === "granted");
    browser.socket.receive({ type: "ended", seq: 1, reason: "completed" });
    const ended = await snapshotWhere(client, ({ devices }) => devices.permission === "prompt");
    expect(ended.state).toBe("disconnected");
  });

  test("is denied where the browser does not tell and has just refused", async () => {
    const browser = new FakeBrowser();
    browser.getUserMedia = () => Promise.reject(new DOMException("no", "NotAllowedError"));
    const client = browser.client();
    await expect(client.connect()).rejects.toMatchObject({ problem: { code: "MICROPHONE_DENIED" } });
    await snapshotWhere(client, ({ devices }) => devices.permission === "denied");
  });
});

describe("the speaker", () => {
  test("is chosen for the call that runs and for those to come", async () => {
    const browser = new FakeBrowser();
    const client = browser.client();
    await client.selectSpeaker("s1");
    expect(browser.audio.sinks).toEqual(["s1"]);
    expect(client.getSnapshot().devices.speakerId).toBe("s1");
    client.close();
  });

  test("that is gone is refused, and the one before stays", async () => {
    const browser = new FakeBrowser();
    const client = browser.client();
    await client.selectSpeaker("s1");
    await expect(client.selectSpeaker("gone")).rejects.toMatchObject({ problem: { code: "SPEAKER_UNAVAILABLE" } });
    expect(client.getSnapshot().devices.speakerId).toBe("s1");
    client.close();
  });

  test("cannot be chosen where only the system chooses", async () => {
    const browser = new FakeBrowser();
    const audioElement = Object.assign(new EventTarget(), { setAttribute() {} }) as unknown as HTMLAudioElement;
    const client = browser.client({ audioElement });
    await client.refreshDevices();
    expect(client.getSnapshot().devices.canSelectSpeaker).toBe(false);
    await expect(client.selectSpeaker("s1")).rejects.toMatchObject({ problem: { code: "SPEAKER_UNAVAILABLE" } });
    client.close();
  });

  test("that is unplugged gives way to the system's default, and is used again when it is back", async () => {
    const browser = new FakeBrowser();
    browser.devices.become([speaker("s1"), speaker("s2")]);
    const client = browser.client();
    await client.refreshDevices();
    await client.selectSpeaker("s2");
    browser.devices.become([speaker("s1")]);
    await snapshotWhere(client, ({ devices }) => devices.speakerId === undefined);
    browser.devices.become([speaker("s1"), speaker("s2")]);
    await snapshotWhere(client, ({ devices }) => devices.speakerId === "s2");
    expect(browser.audio.sinks).toEqual(["s2", "", "s2"]);
    client.close();
  });
});
