import { describe, expect, test } from "vitest";
import { FakeBrowser, SESSION_ID } from "./fakes/fake-browser.ts";

function refusal(code: string): Response {
  const error = { code, message: "What happened. What to do.", retryable: true, requestId: "req-1" };
  return Response.json({ error }, { status: 409 });
}

describe("a typed answer", () => {
  test("is handed to the session by a request of its own, and comes back among the captions", async () => {
    const browser = new FakeBrowser();
    browser.fetch = () => Promise.resolve(new Response(null, { status: 202 }));
    const client = await browser.connectedClient();
    await client.say("I cannot speak.");
    expect(browser.requests).toMatchObject([
      {
        url: `http://interview.test/api/sessions/${SESSION_ID}/say`,
        init: { method: "POST", body: '{"text":"I cannot speak."}', headers: { authorization: "Bearer resume-me" } },
      },
    ]);
    const turn = { id: "t1", n: 1, role: "candidate", text: "I cannot speak.", status: "complete" };
    browser.socket.receive({ type: "turn", seq: 1, ...turn, startedAt: null, endedAt: null, typed: true });
    expect(client.getSnapshot().captions).toEqual([{ ...turn, typed: true }]);
    expect(JSON.stringify(client.events.getSnapshot())).not.toContain("speak");
    client.close();
  });

  test.each([
    ["the server refuses it", () => Promise.resolve(refusal("NO_CALL")), "NO_CALL"],
    ["the server cannot be reached", () => Promise.reject(new TypeError("no network")), "SERVER_UNREACHABLE"],
    ["something else replies", () => Promise.resolve(new Response("<html>", { status: 502 })), "BAD_SERVER_REPLY"],
  ])("is rejected where %s, and the interview goes on", async (_name, fetch, code) => {
    const browser = new FakeBrowser();
    browser.fetch = fetch;
    const client = await browser.connectedClient();
    await expect(client.say("Hello")).rejects.toMatchObject({ problem: { code } });
    expect(client.getSnapshot()).toMatchObject({ state: "connected" });
    client.close();
  });

  test("is rejected before there is an interview, and before the server knows it", async () => {
    const browser = new FakeBrowser();
    const client = browser.client();
    await expect(client.say("Hello")).rejects.toMatchObject({ name: "InvalidStateError" });
    client.connect().catch(() => {});
    await expect(client.say("Hello")).rejects.toMatchObject({ name: "InvalidStateError" });
    client.close();
  });
});
