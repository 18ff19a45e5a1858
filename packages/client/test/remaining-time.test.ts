import { describe, expect, test } from "vitest";
import { ANSWER_SDP, FakeBrowser, INITIALIZED, SDP_ANSWER } from "./fakes/fake-browser.ts";

describe("the time that remains", () => {
  test("is told on the page's own clock, which no wrong wall clock moves", async () => {
    const browser = new FakeBrowser();
    browser.time = 500;
    const client = browser.client();
    client.connect().catch(() => {});
    const socket = await browser.nthSocket(1);
    socket.open();
    // A deadline that lies in the past as this computer sees it.
    socket.receive({ ...INITIALIZED, deadline: "2001-01-01T00:00:00.000Z", remainingSeconds: 90 });
    expect(client.getSnapshot()).toMatchObject({ endsAt: 90_500 });
    expect(client.getSnapshot().timeWarning).toBeUndefined();
    client.close();
  });

  test("is set right by each warning, whichever way the clocks have drifted apart", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.time = 3_290_000;
    browser.socket.receive({ type: "time_remaining", seconds: 300 });
    expect(client.getSnapshot()).toMatchObject({ endsAt: 3_590_000, timeWarning: 300 });
    browser.time = 3_575_000;
    browser.socket.receive({ type: "time_remaining", seconds: 30 });
    expect(client.getSnapshot()).toMatchObject({ endsAt: 3_605_000, timeWarning: 30 });
    client.close();
  });

  test("comes with the one reply over HTTP", async () => {
    const browser = new FakeBrowser();
    browser.time = 1_000;
    const reply = { ...SDP_ANSWER, sdpAnswer: ANSWER_SDP, resumeToken: "r", deadline: "2030-01-01T00:00:00.000Z" };
    browser.fetch = () => Promise.resolve(Response.json({ ...reply, remainingSeconds: 60 }));
    const client = browser.client({ signalling: "http" });
    client.connect().catch(() => {});
    await browser.peer.answered();
    expect(client.getSnapshot().endsAt).toBe(61_000);
    client.close();
  });

  test("is over when the interview is, and begins anew with the next", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.socket.receive({ type: "time_remaining", seconds: 30 });
    browser.socket.receive({ type: "ended", seq: 1, reason: "time_limit" });
    const over = client.getSnapshot();
    expect(over).toMatchObject({ state: "disconnected", endReason: "time_limit" });
    expect([over.endsAt, over.timeWarning]).toEqual([undefined, undefined]);
    browser.time = 7_000;
    client.connect().catch(() => {});
    await browser.serverInitializes();
    const { endsAt, timeWarning } = client.getSnapshot();
    expect([endsAt, timeWarning]).toEqual([3_607_000, undefined]);
    client.close();
  });
});
