import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import type { AddressInfo } from "node:net";
import type { ServerResponse } from "node:http";
import { WebSocketServer } from "ws";
import { Heard } from "./heard.ts";
import { relaySideband, type SidebandTap } from "./wire-sideband.ts";

/** Answers are a few KiB. What is more than this passes, and is not kept. */
const MAX_KEPT_BYTES = 256 * 1024;

/** One request of ours, and what was answered. */
export interface Exchange {
  readonly method: string;
  /** Below the base URL. */
  readonly path: string;
  /** `undefined` where no answer came. */
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/**
 * Stands between the proxy's own upstream code and the provider, and changes nothing: so that the bytes of the contract
 * are seen while the very code is used that serves interviews.
 */
export interface Wire {
  /** In place of the provider's. */
  readonly baseUrl: string;
  readonly exchanges: Heard<Exchange>;
  readonly sideband: SidebandTap;
  close(): Promise<void>;
}

export async function openWire(providerUrl: string): Promise<Wire> {
  const provider = new URL(providerUrl);
  const exchanges = new Heard<Exchange>();
  const server = createServer((incoming, reply) => pass(incoming, reply, { provider, exchanges }));
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const sideband = relaySideband(server, sockets, provider);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}${provider.pathname}`,
    exchanges,
    sideband,
    async close() {
      if (!server.listening) return;
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

interface Route {
  readonly provider: URL;
  readonly exchanges: Heard<Exchange>;
}

function pass(incoming: IncomingMessage, reply: ServerResponse, { provider, exchanges }: Route): void {
  const { method = "GET", url = "/" } = incoming;
  const path = url.slice(provider.pathname.replace(/\/$/, "").length);
  const note = (answer?: IncomingMessage, body = ""): void =>
    exchanges.add({ method, path, status: answer?.statusCode, headers: answer?.headers ?? {}, body });
  const send = provider.protocol === "https:" ? httpsRequest : httpRequest;
  const outgoing = send(
    new URL(url, provider),
    { method, headers: { ...incoming.headers, host: provider.host } },
    (answer) => {
      const { connection: _connection, "transfer-encoding": _encoding, ...headers } = answer.headers;
      reply.writeHead(answer.statusCode ?? 502, headers);
      const chunks: Buffer[] = [];
      let size = 0;
      answer.on("data", (chunk: Buffer) => {
        size += chunk.length;
        if (size <= MAX_KEPT_BYTES) chunks.push(chunk);
        reply.write(chunk);
      });
      answer.on("end", () => {
        // Noted first: who waits for the reply looks for it here.
        note(answer, Buffer.concat(chunks).toString("utf8"));
        reply.end();
      });
      answer.on("error", () => {
        note(answer);
        reply.destroy();
      });
    },
  );
  outgoing.on("error", () => {
    note();
    reply.destroy();
  });
  // Whoever stops waiting leaves the request to the provider all the same: its answer names a call.
  incoming.pipe(outgoing);
}
