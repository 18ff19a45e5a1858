import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FakeBrowser, snapshotWhere } from "./fakes/fake-browser.ts";
import { FakeTrack } from "./fakes/fake-media.ts";
import { FakeStorage } from "./fakes/fake-storage.ts";

function shows(browser: FakeBrowser, isVisible: boolean): void {
  browser.isVisible = isVisible;
  browser.page.dispatchEvent(new Event("visibilitychange"));
}

/** A call whose interviewer the browser plays, or refuses to. */
async function callWithSound(browser = new FakeBrowser()) {
  const client = await browser.connectedClient();
  browser.peer.receivesTrack(new FakeTrack(), []);
  await Promise.resolve();
  return { browser, client };
}

describe("the screen", () => {
  test("stays on during a call, and may go dark after it", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    await browser.wakeLock.requested(1);
    client.close();
    await Promise.resolve();
    expect(browser.wakeLock.locks.map(({ released }) => released)).toEqual([true]);
  });

  test("is kept on anew when the page is seen again, because browsers let it go with a hidden page", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    await browser.wakeLock.requested(1);
    await Promise.resolve();
    shows(browser, false);
    await browser.wakeLock.locks[0]?.release();
    shows(browser, true);
    await browser.wakeLock.requested(2);
    // The browser's answer has arrived by the next turn of the event loop.
    await new Promise((resolve) => setImmediate(resolve));
    shows(browser, true);
    client.close();
    await Promise.resolve();
    expect(browser.wakeLock.locks.map(({ released }) => released)).toEqual([true, true]);
  });

  test("is not worth a word where it cannot be kept on", async () => {
    const browser = new FakeBrowser();
    browser.wakeLock.request = () => Promise.reject(new DOMException("battery", "NotAllowedError"));
    const client = await browser.connectedClient();
    expect(client.getSnapshot().error).toBeUndefined();
    client.close();
  });
});

describe("a page that slept", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] }));
  afterEach(() => void vi.useRealTimers());

  test.each([
    ["was frozen", (browser: FakeBrowser) => browser.page.dispatchEvent(new Event("resume"))],
    ["was hidden", (browser: FakeBrowser) => shows(browser, true)],
  ])("because it %s asks at once whether the server is still there", async (_name, wakes) => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.page.dispatchEvent(new Event("freeze"));
    wakes(browser);
    expect(browser.socket.sentTypes.at(-1)).toBe("ping");
    vi.advanceTimersByTime(3_000);
    expect(client.getSnapshot()).toMatchObject({ state: "connected", line: { signalling: "reconnecting" } });
    client.close();
  });

  test("plays on where a phone call has stopped the sound", async () => {
    const { browser, client } = await callWithSound();
    browser.audio.pause();
    shows(browser, true);
    expect(browser.audio.playing).toBe(true);
    client.close();
  });
});

describe("a page from the back/forward cache", () => {
  test("offers the interview that it was left in, unless another page has ended it", async () => {
    const browser = new FakeBrowser();
    const storage = (browser.sessionStorage = new FakeStorage());
    const client = await browser.connectedClient();
    browser.page.dispatchEvent(new Event("pagehide"));
    expect(client.getSnapshot()).toMatchObject({ state: "idle", canResume: true });
    storage.items.clear();
    browser.page.dispatchEvent(new Event("pageshow"));
    expect(client.getSnapshot()).toMatchObject({ state: "idle", canResume: false });
  });
});

describe("sound that the browser holds back", () => {
  test.each(["click", "keydown", "touchend"])("is let go by any %s on the page", async (gesture) => {
    const browser = new FakeBrowser();
    browser.audio.refuses = true;
    const { client } = await callWithSound(browser);
    await snapshotWhere(client, ({ needsGesture }) => needsGesture);
    browser.audio.refuses = false;
    browser.page.dispatchEvent(new Event(gesture));
    await snapshotWhere(client, ({ needsGesture }) => !needsGesture);
    expect(browser.audio.playing).toBe(true);
    client.close();
  });

  test("is played inline, and only after the microphone is asked for, as iPhones want", async () => {
    const browser = new FakeBrowser();
    const order: string[] = [];
    browser.getUserMedia = () => {
      order.push("microphone");
      return Promise.resolve(browser.microphone);
    };
    const play = browser.audio.play.bind(browser.audio);
    browser.audio.play = () => {
      order.push("play");
      return play();
    };
    const client = browser.client();
    const connected = client.connect();
    // Within the click that called connect().
    expect(order).toEqual(["microphone"]);
    await browser.serverAnswers();
    await browser.peer.answered();
    browser.peer.receivesTrack(new FakeTrack(), []);
    browser.peer.becomes("connected");
    await connected;
    expect(order).toEqual(["microphone", "play"]);
    expect(browser.audio.attributes.has("playsinline")).toBe(true);
    client.close();
  });
});
