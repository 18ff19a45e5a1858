import { once } from "node:events";
import { createServer, type IncomingMessage, request } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { WebSocket, WebSocketServer } from "ws";

/** An event as it travels. */
export interface WireEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** What becomes of one event on its way to the proxy; "cut": the connection breaks in its place. */
export type Meddle = (event: WireEvent, callId: string) => WireEvent | "cut";

/**
 * Stands between the proxy and the simulator. HTTP passes; what a sideband says can be changed, or lost with its connection:
 * what the provider does, and a test cannot make it do. A call that is away takes no sideband.
 */
export function relayWith(
  meddle: Meddle,
  isAway: (callId: string) => boolean = () => false,
): (baseUrl: string) => Promise<string> {
  return async (baseUrl) => {
    const target = new URL(baseUrl);
    const server = createServer((incoming, reply) => {
      const { method = "GET", url: path = "/", headers } = incoming;
      const outgoing = request({ host: target.hostname, port: target.port, method, path, headers }, (answer) => {
        reply.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(reply);
      });
      outgoing.on("error", () => reply.destroy());
      incoming.pipe(outgoing);
    });
    const callIdOf = ({ url }: IncomingMessage): string =>
      new URL(url ?? "/", target).searchParams.get("call_id") ?? "";
    const sockets = new WebSocketServer({
      server,
      verifyClient: ({ req }: { req: IncomingMessage }) => !isAway(callIdOf(req)),
    });
    sockets.on("connection", (proxy, incoming) => {
      const { authorization = "" } = incoming.headers;
      const callId = callIdOf(incoming);
      const provider = new WebSocket(`ws://${target.host}${incoming.url ?? "/"}`, { headers: { authorization } });
      const waiting: string[] = [];
      proxy.on("message", (data) => {
        const text = (data as Buffer).toString("utf8");
        if (provider.readyState === WebSocket.OPEN) provider.send(text);
        else waiting.push(text);
      });
      provider.on("open", () => {
        for (const text of waiting) provider.send(text);
      });
      provider.on("message", (data) => {
        const event = meddle(JSON.parse((data as Buffer).toString("utf8")) as WireEvent, callId);
        if (event !== "cut") return proxy.send(JSON.stringify(event));
        proxy.terminate();
        provider.terminate();
      });
      proxy.on("close", () => provider.terminate());
      provider.on("close", () => proxy.close());
      provider.on("error", () => proxy.terminate());
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      server.close();
    });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}${target.pathname}`;
  };
}
