import { once } from "node:events";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { WebSocket, WebSocketServer } from "ws";

/** An event as it travels. */
export interface WireEvent {
  readonly type: string;
  readonly [field: string]: unknown;
}

/** Frames as they are: text as a string, binary as bytes. */
export type Frames = readonly (string | Buffer)[];

/** What becomes of one event on its way to the proxy: others in its place; "cut": the connection breaks there. */
export type Meddle = (event: WireEvent, callId: string) => WireEvent | Frames | "cut";

/** What becomes of requests to the provider. */
export interface RequestRelay {
  /** `body`: as it was sent, in full. */
  readonly detourOf?: (request: IncomingMessage, body: string) => Detour;
  /** True where what asks on a sideband for the end of a call gets lost with it. */
  readonly losesClose?: (callId: string) => boolean;
}

/** What becomes of one of them. */
export interface Detour {
  /** Sent along. */
  readonly headers?: Readonly<Record<string, string>>;
  /** The status that it is refused with, and the provider never hears of it. */
  readonly refusedWith?: number;
  /** The head of the answer comes, and its body never does. */
  readonly stalls?: boolean;
}

/** What stands between the proxy and the simulator. */
export interface ProviderRelay {
  /** In place of the simulator's own. */
  readonly baseUrl: string;
  /** Breaks every sideband that there is. */
  cutAll(): void;
  /** Breaks everything, and lets nothing through any more. */
  close(): void;
}

/**
 * Stands between the proxy and the simulator. What a sideband says can be changed, or lost with its connection: what the
 * provider does, and a test cannot make it do. A call that is away takes no sideband. HTTP passes, unless it is led astray.
 */
export async function startProviderRelay(
  baseUrl: string,
  meddle: Meddle,
  isAway: (callId: string) => boolean = () => false,
  { detourOf = () => ({}), losesClose = () => false }: RequestRelay = {},
): Promise<ProviderRelay> {
  const target = new URL(baseUrl);
  const server = createServer((incoming, reply) => {
    void text(incoming).then(
      (body) => lead({ incoming, body, reply, target }, detourOf(incoming, body)),
      () => reply.destroy(),
    );
  });
  // The answers say how long the simulator keeps a connection; closing it sooner would tear requests.
  server.keepAliveTimeout = 0;
  const providers = new Map<IncomingMessage, WebSocket>();
  const sockets = new WebSocketServer({
    server,
    verifyClient({ req }: { req: IncomingMessage }, decide: (isLetIn: boolean, status?: number) => void) {
      if (isAway(callIdOf(req))) return decide(false);
      const { authorization = "" } = req.headers;
      const provider = new WebSocket(`ws://${target.host}${req.url ?? "/"}`, { headers: { authorization } });
      provider.once("open", () => {
        // What it says at once is for the proxy, whose own connection comes up now.
        provider.pause();
        providers.set(req, provider);
        decide(true);
      });
      provider.once("unexpected-response", (_request, { statusCode }) => {
        decide(false, statusCode);
        provider.terminate();
      });
      provider.on("error", () => undefined);
    },
  });
  sockets.on("connection", (proxy, incoming) => {
    const callId = callIdOf(incoming);
    const provider = providers.get(incoming);
    if (provider === undefined) return proxy.terminate();
    providers.delete(incoming);
    proxy.on("message", (data) => {
      const frame = (data as Buffer).toString("utf8");
      if (frame.includes('"session.close"') && losesClose(callId)) return proxy.terminate();
      if (provider.readyState === WebSocket.OPEN) provider.send(frame);
    });
    provider.on("message", (data) => {
      const outcome = meddle(JSON.parse((data as Buffer).toString("utf8")) as WireEvent, callId);
      if (outcome === "cut") {
        proxy.terminate();
        return provider.terminate();
      }
      for (const frame of Array.isArray(outcome) ? (outcome as Frames) : [JSON.stringify(outcome)])
        proxy.send(frame, { binary: typeof frame !== "string" });
    });
    proxy.on("close", () => provider.terminate());
    provider.on("close", () => proxy.close());
    provider.resume();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}${target.pathname}`,
    cutAll() {
      for (const client of sockets.clients) client.terminate();
    },
    close() {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      server.close();
    },
  };
}

/** Of whose sideband: the two APIs name it in different places. */
function callIdOf({ url = "/" }: IncomingMessage): string {
  const { pathname, searchParams } = new URL(url, "ws://localhost");
  return searchParams.get("call_id") ?? /\/live\/sessions\/([^/]+)\/attach$/.exec(pathname)?.[1] ?? "";
}

interface RelayedRequest {
  readonly incoming: IncomingMessage;
  readonly body: string;
  readonly reply: ServerResponse;
  readonly target: URL;
}

function lead({ incoming, body, reply, target }: RelayedRequest, detour: Detour): void {
  if (detour.refusedWith !== undefined) {
    reply.writeHead(detour.refusedWith).end();
    return;
  }
  const { method = "GET", url: path = "/" } = incoming;
  const headers = { ...incoming.headers, ...detour.headers };
  const outgoing = request({ host: target.hostname, port: target.port, method, path, headers }, (answer) => {
    reply.writeHead(answer.statusCode ?? 502, answer.headers);
    if (detour.stalls === true) {
      reply.flushHeaders();
      answer.resume();
    } else {
      answer.pipe(reply);
    }
  });
  outgoing.on("error", () => reply.destroy());
  outgoing.end(body);
}
