import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FakeBrowser, INITIALIZED } from "./fakes/fake-browser.ts";
import { captionsOf, comesBack, failure, reopenedAtOnce, turn } from "./fakes/server-messages.ts";

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] }));
afterEach(() => void vi.useRealTimers());

/** Longer than a socket that says nothing is believed, in milliseconds. */
const SILENCE_MS = 8_000;

describe("a server that is about to stop", () => {
  test("is left for another socket in time, which is open before the old one is let go", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    const first = browser.socket;
    first.receive({ type: "draining", reconnectAfterMs: 400 });
    vi.advanceTimersByTime(399);
    expect(browser.sockets).toHaveLength(1);
    vi.advanceTimersByTime(1);
    const second = browser.socket;
    expect(second.protocols).toEqual(["bearer", "resume-me"]);
    first.receive(turn(1, 6));
    expect([captionsOf(client), first.closeCode]).toEqual([["Turn 1."], undefined]);

    const heard = client.getSnapshot();
    second.open();
    expect(second.sent).toEqual([{ type: "init", protocol: 1, resumeToken: "resume-me", lastSeq: 6 }]);
    expect(first.closeCode).toBe(1000);
    first.receive(failure("SESSION_TAKEN_OVER", false));
    expect(client.getSnapshot()).toBe(heard);
    second.receive({ ...INITIALIZED, resumed: true, resumeToken: "resume-me-2" });
    second.receive(turn(2, 7));
    expect(captionsOf(client)).toEqual(["Turn 1.", "Turn 2."]);
    expect(client.getSnapshot()).toMatchObject({ state: "connected", line: { signalling: "open" } });
    expect([browser.peers.length, browser.peer.closed]).toEqual([1, false]);
    // It is watched as the one before was.
    vi.advanceTimersByTime(SILENCE_MS);
    expect(client.getSnapshot().line.signalling).toBe("reconnecting");
    client.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  test("serves on where no other socket opens, and is missed when it is gone", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    const first = browser.socket;
    first.receive({ type: "draining", reconnectAfterMs: 0 });
    vi.advanceTimersByTime(0);
    browser.socket.serverCloses(1006);
    first.receive(turn(1));
    expect(captionsOf(client)).toEqual(["Turn 1."]);
    expect(client.getSnapshot().line.signalling).toBe("open");
    first.serverCloses(1001);
    vi.advanceTimersByTime(0);
    expect(browser.sockets).toHaveLength(3);
    comesBack(browser.socket);
    client.close();
    expect(vi.getTimerCount()).toBe(0);
  });

  test.each([
    ["DRAINING", 4435],
    ["SESSION_BUSY", 4409],
  ])("that sends the page away with %s is no problem of the person's: the page comes back", async (code, closeCode) => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.socket.receive(failure(code, true));
    browser.socket.serverCloses(closeCode);
    expect(client.getSnapshot()).toMatchObject({ state: "connected", line: { signalling: "reconnecting" } });
    comesBack(reopenedAtOnce(browser));
    expect(client.getSnapshot().error).toBeUndefined();
    client.close();
  });

  test("that takes nobody in any more is asked again after the delays of any attempt", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.socket.receive({ type: "draining", reconnectAfterMs: 0 });
    vi.advanceTimersByTime(0);
    browser.socket.open();
    browser.socket.receive(failure("DRAINING", true));
    expect(client.getSnapshot()).toMatchObject({ state: "connected", line: { signalling: "reconnecting" } });
    comesBack(reopenedAtOnce(browser));
    expect(client.getSnapshot().line.signalling).toBe("open");
    client.close();
  });
});
