import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { FakeBrowser, SDP_ANSWER, snapshotWhere } from "./fakes/fake-browser.ts";
import { FakeStorage } from "./fakes/fake-storage.ts";
import { comesBack, failure, reopenedAtOnce } from "./fakes/server-messages.ts";

describe("simulated faults", () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval"] }));
  afterEach(() => void vi.useRealTimers());

  test("drop-socket: the line breaks and is set up again, and the audio goes on", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    await client.simulateScenario("drop-socket");
    expect(client.getSnapshot()).toMatchObject({ state: "connected", line: { signalling: "reconnecting" } });
    comesBack(reopenedAtOnce(browser));
    expect(client.getSnapshot().line.signalling).toBe("open");
    expect(browser.peers).toHaveLength(1);
    client.close();
  });

  test("expire-token: the server does not know the credential, and the interview cannot go on", async () => {
    const browser = new FakeBrowser();
    browser.sessionStorage = new FakeStorage();
    const client = await browser.connectedClient();
    await client.simulateScenario("expire-token");
    const socket = reopenedAtOnce(browser);
    socket.open();
    expect(socket.protocols).not.toContain("resume-me");
    expect(JSON.stringify(socket.sent)).not.toContain("resume-me");
    socket.receive(failure("UNAUTHENTICATED", false));
    expect(client.getSnapshot()).toMatchObject({ state: "failed", error: { code: "SESSION_LOST" }, canResume: false });
  });

  test("lose-device: the system's default takes its place", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    await client.simulateScenario("lose-device");
    await snapshotWhere(client, ({ error }) => error?.code === "MICROPHONE_CHANGED");
    expect(client.getSnapshot()).toMatchObject({ state: "connected" });
    client.close();
  });

  test("block-udp: the call is lost, and the next one goes by what is reached over TCP", async () => {
    const answer = [
      "v=0",
      "a=candidate:1 1 udp 2130706431 203.0.113.1 3478 typ host",
      "a=candidate:2 1 tcp 1671430143 203.0.113.1 443 typ host tcptype passive",
      "",
    ].join("\r\n");
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    await client.simulateScenario("block-udp");
    expect(client.getSnapshot()).toMatchObject({ state: "interrupted", quality: "lost" });
    const second = await browser.nthPeer(2);
    await browser.socket.sentType("sdp_offer", 2);
    browser.socket.receive({ ...SDP_ANSWER, answer: { type: "answer", sdp: answer } });
    await second.answered();
    expect(second.remote?.sdp).toBe(answer.replace(/a=candidate:1.*\r\n/, ""));
    expect(second.configurationAtOffer?.iceTransportPolicy).toBeUndefined();
    client.close();
  });

  test("block-udp: relays over TCP are the only way, where there are some", async () => {
    const browser = new FakeBrowser();
    const turn = (...urls: string[]) => ({ urls, username: "u", credential: "c" });
    const iceServers = [
      { urls: "stun:a.test" },
      turn("turn:a.test?transport=udp", "turn:a.test", "turn:a.test?transport=tcp"),
      turn("turns:a.test:443"),
    ];
    const client = await browser.connectedClient({ iceServers });
    await client.simulateScenario("block-udp");
    const second = await browser.nthPeer(2);
    await browser.socket.sentType("sdp_offer", 2);
    expect(second.configurationAtOffer).toMatchObject({
      iceTransportPolicy: "relay",
      iceServers: [turn("turn:a.test?transport=tcp"), turn("turns:a.test:443")],
    });
    client.close();
  });

  test("what cannot fail at the moment is rejected", async () => {
    const browser = new FakeBrowser();
    const client = browser.client();
    const rejection = { name: "InvalidStateError" };
    await expect(client.simulateScenario("drop-socket")).rejects.toMatchObject(rejection);
    client.connect().catch(() => {});
    await expect(client.simulateScenario("block-udp")).rejects.toMatchObject(rejection);
    await expect(client.simulateScenario("expire-token")).rejects.toMatchObject(rejection);
    client.close();
  });
});
