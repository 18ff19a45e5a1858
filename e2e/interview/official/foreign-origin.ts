import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

/** Serves an empty page with one script from an origin of its own; returns its address. Closed when the test is over. */
export async function servePage(script: string): Promise<string> {
  const server = createServer(({ url }, reply) => {
    const isScript = url === "/page.js";
    reply.setHeader("content-type", isScript ? "text/javascript; charset=utf-8" : "text/html; charset=utf-8");
    reply.end(isScript ? script : '<!doctype html><title>Page</title><script src="/page.js"></script>');
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://localhost:${(server.address() as AddressInfo).port}/`;
}
