import { once } from "node:events";
import type { IncomingMessage } from "node:http";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { startProxy, tokenFor } from "../doors/start-proxy.ts";

test("no body is unpacked: a small one that would be a large one is not JSON", async () => {
  const proxy = await startProxy();
  const large = JSON.stringify({ sdpOffer: "a".repeat(50 * 1024 * 1024) });
  const packed = { gzip: gzipSync(large), deflate: deflateSync(large), br: brotliCompressSync(large) };
  for (const [coding, body] of Object.entries(packed)) {
    expect(body.length).toBeLessThan(128 * 1024);
    const headers = {
      authorization: `Bearer ${await tokenFor("ada")}`,
      "content-type": "application/json",
      "content-encoding": coding,
    };
    const reply = await proxy.fetch("/api/sdp-exchange", { method: "POST", headers, body: new Uint8Array(body) });
    expect([coding, reply.status, reply.json]).toMatchObject([coding, 400, { error: { code: "BAD_JSON" } }]);
  }
});

test("no socket agrees to compressed messages, whoever offers them", async () => {
  const proxy = await startProxy();
  const client = await proxy.connectAs("ada", { perMessageDeflate: true });
  const [reply] = (await once(client.socket, "upgrade")) as [IncomingMessage];
  expect(reply.headers["sec-websocket-extensions"]).toBeUndefined();
  expect(await client.isAlive()).toBe(true);
});
