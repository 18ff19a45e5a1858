import { describe, expect, test } from "vitest";
import { FakeBrowser } from "./fakes/fake-browser.ts";

function turn(n: number, id: string, change: object = {}): object {
  const times = { startedAt: null, endedAt: null };
  return {
    type: "turn",
    seq: n,
    id,
    n,
    role: "candidate",
    text: `Turn ${n}.`,
    status: "complete",
    ...times,
    ...change,
  };
}

function delta(turnId: string, text: string, role = "interviewer"): object {
  return { type: "transcript_delta", turnId, role, text };
}

describe("captions", () => {
  test("grow word by word until the turn is final", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.socket.receive(delta("a1", "Hello,"));
    browser.socket.receive(delta("a1", " Ada"));
    expect(client.getSnapshot().captions).toEqual([{ id: "a1", role: "interviewer", text: "Hello, Ada" }]);
    browser.socket.receive(turn(1, "a1", { role: "interviewer", text: "Hello, Ada." }));
    browser.socket.receive(delta("a1", " late"));
    expect(client.getSnapshot().captions).toEqual([
      { id: "a1", role: "interviewer", text: "Hello, Ada.", n: 1, status: "complete" },
    ]);
    client.close();
  });

  test("stand by their numbers, what is being said last; a turn that is repeated is there once", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.socket.receive(delta("a2", "I see"));
    browser.socket.receive(turn(2, "u2"));
    browser.socket.receive(turn(1, "u1", { text: null, status: "gap" }));
    browser.socket.receive(turn(2, "u2"));
    expect(client.getSnapshot().captions.map(({ id, text }) => [id, text])).toEqual([
      ["u1", ""],
      ["u2", "Turn 2."],
      ["a2", "I see"],
    ]);
    client.close();
  });

  test("are bounded, in number and in length", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    for (let n = 1; n <= 300; n++) browser.socket.receive(turn(n, `u${n}`));
    for (let i = 0; i < 30; i++) browser.socket.receive(delta("a1", "x".repeat(1000)));
    const { captions } = client.getSnapshot();
    expect(captions).toHaveLength(200);
    expect(captions[0]?.n).toBe(102);
    expect(captions.at(-1)?.text).toHaveLength(20_000);
    client.close();
  });

  test("stay after the end, when nobody is heard any more; their words are in no log", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.socket.receive({ type: "speaking", role: "interviewer", active: true });
    expect(client.getSnapshot().speaking).toEqual({ candidate: false, interviewer: true });
    browser.socket.receive(delta("u1", "Turn"));
    browser.socket.receive(turn(1, "u1"));
    browser.socket.receive({ type: "ended", seq: 2, reason: "time_limit" });
    const { captions, speaking, state } = client.getSnapshot();
    expect([state, captions.length, speaking.interviewer]).toEqual(["disconnected", 1, false]);
    expect(JSON.stringify(client.events.getSnapshot())).not.toContain("Turn");
    client.close();
  });
});
