import { traceparentSchema } from "@interview-proxy/protocol";
import { describe, expect, test } from "vitest";
import { FakeBrowser } from "./fakes/fake-browser.ts";

function idOf(traceparent: unknown): string {
  expect(traceparentSchema.safeParse(traceparent).success).toBe(true);
  return String(traceparent).split("-")[1] ?? "";
}

describe("a connect names a trace of its own, whose id is in the debug log", () => {
  test("over WebSocket, and each time that the socket is made anew", async () => {
    const browser = new FakeBrowser();
    const client = await browser.connectedClient();
    browser.socket.serverCloses(1006);
    const next = await browser.nthSocket(2);
    next.open();
    await next.sentType("init");
    const ids = [browser.sockets[0], next].flatMap((socket) => socket?.traceparents.map(idOf) ?? []);
    expect(new Set(ids).size).toBe(2);
    const logged = client.events.getSnapshot().flatMap(({ type, detail }) => (type === "trace" ? [detail] : []));
    expect(logged).toEqual(ids);
    client.close();
  });

  test("over HTTP", async () => {
    const browser = new FakeBrowser();
    const client = browser.client({ url: "https://a.test", signalling: "http" });
    client.connect().catch(() => {});
    await expect.poll(() => browser.requests.length).toBe(1);
    idOf(new Headers(browser.requests[0]?.init.headers).get("traceparent"));
    client.close();
  });
});
