import { once } from "node:events";
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { WebSocket, WebSocketServer } from "ws";

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface SidebandEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

export interface AlteredRequest {
  readonly path: string;
  /** True for the request that creates the call: it has a key and a body. */
  readonly isCreate: boolean;
}

/** What the provider does otherwise than it should. */
export interface Alteration {
  /** What it takes in place of the body that was sent. */
  readonly request?: (body: string, request: AlteredRequest) => string;
  /** The answer in place of its own. */
  readonly answer?: (answer: Answer, request: AlteredRequest) => Answer;
  /** The request does not reach it; `undefined` lets it pass. */
  readonly instead?: (path: string) => Answer | undefined;
  /** The status of a sideband that it refuses. */
  readonly refusal?: number;
  /** The events in place of one of its own. */
  readonly event?: (event: SidebandEvent) => readonly SidebandEvent[];
}

export interface AlteringRelay {
  readonly baseUrl: string;
  close(): void;
}

/** Stands between canary and simulator, and alters what the provider says. */
export async function alteringRelay(baseUrl: string, alteration: Alteration): Promise<AlteringRelay> {
  const { request, answer, instead, refusal, event } = alteration;
  const provider = new URL(baseUrl);
  const answerAltered = async (incoming: IncomingMessage, reply: ServerResponse): Promise<void> => {
    const { method = "GET", url: path = "/", headers } = incoming;
    const sent = await text(incoming);
    const about = { path, isCreate: headers.authorization !== undefined && sent !== "" };
    const body = request?.(sent, about) ?? sent;
    const proper = instead?.(path) ?? (await ask(new URL(path, provider), { method, body, headers }));
    const altered = answer?.(proper, about) ?? proper;
    reply.writeHead(altered.status, altered.headers).end(altered.body);
  };
  const server = createServer((incoming, reply) => void answerAltered(incoming, reply));
  const sockets = new WebSocketServer({ noServer: true });
  server.on("upgrade", (incoming, socket, head) => {
    const { authorization = "" } = incoming.headers;
    const upstream = new WebSocket(`ws://${provider.host}${incoming.url ?? "/"}`, { headers: { authorization } });
    upstream.on("error", () => socket.destroy());
    upstream.on("unexpected-response", (_request, { statusCode }) => {
      socket.end(`HTTP/1.1 ${refusal ?? statusCode} Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      upstream.terminate();
    });
    upstream.on("open", () =>
      sockets.handleUpgrade(incoming, socket, head, (canary) => {
        canary.on("message", (data) => upstream.send((data as Buffer).toString("utf8")));
        upstream.on("message", (data) => {
          const proper = JSON.parse((data as Buffer).toString("utf8")) as SidebandEvent;
          for (const altered of event?.(proper) ?? [proper]) canary.send(JSON.stringify(altered));
        });
        canary.on("close", () => upstream.terminate());
        upstream.on("close", () => canary.close());
      }),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}${provider.pathname}`,
    close() {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      server.close();
    },
  };
}

interface Request {
  readonly method: string;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

async function ask(url: URL, { method, body, headers }: Request): Promise<Answer> {
  const { authorization, "content-type": type } = headers;
  const response = await fetch(url, {
    method,
    headers: { ...(authorization && { authorization }), ...(type && { "content-type": type }) },
    ...(body !== "" && { body }),
  });
  const { "content-length": _length, connection: _connection, ...kept } = Object.fromEntries(response.headers);
  return { status: response.status, headers: kept, body: await response.text() };
}
