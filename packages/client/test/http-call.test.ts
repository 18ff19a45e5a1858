import { describe, expect, test } from "vitest";
import { ANSWER_SDP, FakeBrowser, SESSION_ID, snapshotWhere } from "./fakes/fake-browser.ts";
import { OFFER_SDP } from "./fakes/fake-peer-connection.ts";
import { FakeStorage } from "./fakes/fake-storage.ts";

const EXCHANGED = {
  sessionId: SESSION_ID,
  sdpAnswer: ANSWER_SDP,
  callId: "rtc_1",
  resumeToken: "resume-me",
  deadline: "2030-01-01T00:00:00.000Z",
  remainingSeconds: 3600,
};
const REFUSED = {
  error: { code: "UPSTREAM_UNAVAILABLE", message: "It is away. Try again.", retryable: true, requestId: "r" },
};

/** A browser whose server exchanges SDP over HTTP. */
function browserWithServer(reply: () => Response): FakeBrowser {
  const browser = new FakeBrowser();
  browser.fetch = (_url, { method }) =>
    Promise.resolve(method === "DELETE" ? new Response(null, { status: 204 }) : reply());
  return browser;
}

async function connectedOverHttp(browser: FakeBrowser, url = "ws://a.test:3001?simulation=true") {
  const client = browser.client({ url, signalling: "http", aiPersona: "verse" });
  const connected = client.connect();
  await browser.peer.answered();
  browser.peer.becomes("connected");
  await connected;
  return client;
}

describe("a call over HTTP", () => {
  test("exchanges the SDP in one request that keeps the query, and opens no socket", async () => {
    const browser = browserWithServer(() => Response.json(EXCHANGED));
    const client = await connectedOverHttp(browser);
    expect(browser.peer.channels, "no reply could ask for it in time").toEqual(["oai-events"]);
    const [request] = browser.requests;
    expect(request?.url).toBe("http://a.test:3001/api/sdp-exchange?simulation=true");
    expect(request?.init).toMatchObject({ method: "POST", headers: { "content-type": "application/json" } });
    expect(await new Response(request?.init.body ?? null).json()).toEqual({ sdpOffer: OFFER_SDP, aiPersona: "verse" });
    expect(browser.peer.remote?.sdp).toBe(ANSWER_SDP);
    expect(client.getSnapshot()).toMatchObject({
      sessionId: SESSION_ID,
      callId: "rtc_1",
      deadline: EXCHANGED.deadline,
    });
    expect(browser.sockets).toEqual([]);
    client.close();
  });

  test("carries the token in the Authorization header", async () => {
    const browser = browserWithServer(() => Response.json(EXCHANGED));
    const client = browser.client({ url: "https://a.test", signalling: "http", token: "aaa.bbb.ccc" });
    client.connect().catch(() => {});
    await browser.peer.answered();
    expect(browser.requests[0]?.init.headers).toMatchObject({ authorization: "Bearer aaa.bbb.ccc" });
    client.close();
  });

  test("disconnect() deletes the session with its resume token, which nothing else shows", async () => {
    const browser = browserWithServer(() => Response.json(EXCHANGED));
    const client = await connectedOverHttp(browser);
    await client.disconnect();
    expect(browser.requests[1]).toEqual({
      url: `http://a.test:3001/api/sessions/${SESSION_ID}`,
      init: { method: "DELETE", headers: { authorization: "Bearer resume-me" }, keepalive: true },
    });
    expect(client.getSnapshot()).toMatchObject({ state: "disconnected", endReason: "client_disconnected" });
    expect(JSON.stringify([client.getSnapshot(), client.events.getSnapshot()])).not.toContain("resume-me");
  });

  test("disconnect() is done even if the server is gone", async () => {
    const browser = browserWithServer(() => Response.json(EXCHANGED));
    const client = await connectedOverHttp(browser);
    browser.fetch = () => Promise.reject(new TypeError("no network"));
    await client.disconnect();
    expect(client.getSnapshot().state).toBe("disconnected");
  });

  test("a page that goes away where nothing can be kept deletes its session by a request that outlives it", async () => {
    const browser = browserWithServer(() => Response.json(EXCHANGED));
    await connectedOverHttp(browser);
    browser.page.dispatchEvent(new Event("pagehide"));
    expect(browser.requests[1]?.init).toMatchObject({ method: "DELETE", keepalive: true });
  });

  test("that is lost is made anew with the session's own credential, without what opened it", async () => {
    let replies = 0;
    const browser = browserWithServer(() => Response.json({ ...EXCHANGED, resumeToken: `resume-me-${++replies}` }));
    const client = await connectedOverHttp(browser);
    for (const n of [1, 2]) {
      browser.peer.becomes("failed");
      expect(client.getSnapshot().state).toBe("interrupted");
      const peer = await browser.nthPeer(n + 1);
      await peer.answered();
      peer.becomes("connected");
      await snapshotWhere(client, ({ state }) => state === "connected");
      const { url, init } = browser.requests[n] ?? {};
      expect(url).toBe("http://a.test:3001/api/sdp-exchange?simulation=true");
      expect(init?.headers).toMatchObject({ authorization: `Bearer resume-me-${n}` });
      expect(await new Response(init?.body ?? null).json()).toEqual({ sdpOffer: OFFER_SDP });
    }
    client.close();
  });

  test("that is lost where something in between has no server is made anew later", async () => {
    const replies = [
      Response.json(EXCHANGED),
      new Response("<h1>Bad gateway</h1>", { status: 502 }),
      Response.json(REFUSED, { status: 502 }),
      Response.json(EXCHANGED),
    ];
    const browser = browserWithServer(() => replies.shift() ?? Response.error());
    const client = await connectedOverHttp(browser);
    browser.peer.becomes("failed");
    const peer = await browser.nthPeer(4);
    await peer.answered();
    peer.becomes("connected");
    const { error } = await snapshotWhere(client, ({ state }) => state === "connected");
    expect([error, browser.requests.length]).toEqual([undefined, 4]);
    client.close();
  });

  test.each([
    ["the reason, where the interview has ended", { ...REFUSED.error, code: "SESSION_ENDED", reason: "completed" }],
    ["plain words, where the server does not know it", { ...REFUSED.error, code: "UNAUTHENTICATED" }],
  ])("that is lost for good tells %s", async (_name, error) => {
    const refused = { error: { ...error, retryable: false } };
    const replies = [Response.json(EXCHANGED), Response.json(refused, { status: 410 })];
    const browser = browserWithServer(() => replies.shift() ?? Response.error());
    browser.sessionStorage = new FakeStorage();
    const client = await connectedOverHttp(browser);
    expect(browser.sessionStorage.text).toBe(`${SESSION_ID} resume-me`);
    browser.peer.becomes("failed");
    const {
      state,
      endReason,
      error: shown,
    } = await snapshotWhere(client, (snapshot) => snapshot.state !== "interrupted");
    expect([state, endReason ?? shown?.code]).toEqual(
      "reason" in error ? ["disconnected", "completed"] : ["failed", "SESSION_LOST"],
    );
    expect(browser.sessionStorage.text).toBe("");
  });

  test("goes on after a reload with one request", async () => {
    const browser = browserWithServer(() => Response.json(EXCHANGED));
    browser.sessionStorage = new FakeStorage();
    await connectedOverHttp(browser);
    browser.page.dispatchEvent(new Event("pagehide"));
    expect(browser.requests).toHaveLength(1);
    const client = browser.client({ url: "ws://a.test:3001?simulation=true", signalling: "http" });
    const resumed = client.resume();
    const peer = await browser.nthPeer(2);
    await peer.answered();
    peer.becomes("connected");
    await resumed;
    expect(browser.requests[1]?.init.headers).toMatchObject({ authorization: "Bearer resume-me" });
    client.close();
  });

  test("leaving during the request aborts it", async () => {
    const browser = new FakeBrowser();
    browser.fetch = (_url, { signal }) =>
      new Promise((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
    const client = browser.client({ signalling: "http" });
    const connected = client.connect();
    await snapshotWhere(client, ({ line }) => line.signalling === "open");
    client.close();
    await expect(connected).rejects.toMatchObject({ name: "AbortError" });
    expect(browser.requests[0]?.init.signal?.aborted).toBe(true);
  });

  test("a session that opens just as the page leaves is deleted", async () => {
    const browser = new FakeBrowser();
    let reply: (response: Response) => void = () => {};
    browser.fetch = (_url, { method }) =>
      method === "DELETE" ? Promise.resolve(new Response()) : new Promise((resolve) => (reply = resolve));
    const client = browser.client({ signalling: "http" });
    const connected = client.connect();
    await snapshotWhere(client, ({ line }) => line.signalling === "open");
    const deleted = new Promise<void>((resolve) => {
      const unsubscribe = client.events.subscribe(() => {
        if (!client.events.getSnapshot().some(({ type }) => type.startsWith("DELETE"))) return;
        unsubscribe();
        resolve();
      });
    });
    client.close();
    reply(Response.json(EXCHANGED));
    await expect(connected).rejects.toMatchObject({ name: "AbortError" });
    await deleted;
    expect(client.getSnapshot().sessionId).toBeUndefined();
  });

  test.each([
    ["the server's error", () => Response.json(REFUSED, { status: 502 }), "UPSTREAM_UNAVAILABLE"],
    ["a proxy's error page", () => new Response("<h1>Bad gateway</h1>", { status: 502 }), "BAD_SERVER_REPLY"],
    ["success without an answer", () => Response.json({ hello: 1 }), "BAD_SERVER_REPLY"],
  ])("%s ends the attempt", async (_name, reply, code) => {
    const browser = browserWithServer(reply);
    const client = browser.client({ signalling: "http" });
    await expect(client.connect()).rejects.toMatchObject({ problem: { code } });
    expect(client.getSnapshot()).toMatchObject({ state: "failed", error: { code } });
  });

  test("no network, or a bad token, ends the attempt", async () => {
    const browser = new FakeBrowser();
    await expect(browser.client({ signalling: "http" }).connect()).rejects.toMatchObject({
      problem: { code: "SERVER_UNREACHABLE" },
    });
    await expect(browser.client({ signalling: "http", token: "x" }).connect()).rejects.toMatchObject({
      problem: { code: "TOKEN_UNAVAILABLE" },
    });
    expect(browser.requests).toHaveLength(1);
  });
});
