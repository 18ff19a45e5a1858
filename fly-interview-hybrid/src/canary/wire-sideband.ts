import type { IncomingHttpHeaders, IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocket, type WebSocketServer } from "ws";
import { Heard } from "./heard.ts";
import { readWireEvent, type WireEvent } from "./wire-event.ts";

const HANDSHAKE_TIMEOUT_MS = 10_000;

/** What sidebands said, as it came over the wire. */
export interface SidebandTap {
  readonly events: Heard<WireEvent>;
  /** Statuses of the handshakes; 101 is an open sideband. */
  readonly handshakes: Heard<number>;
  /** Codes with which the provider closed; 1005 for none. */
  readonly closes: Heard<number>;
}

/** Takes the upgrades of a server over, and passes each on to the provider. */
export function relaySideband(server: Server, sockets: WebSocketServer, provider: URL): SidebandTap {
  const tap: SidebandTap = { events: new Heard(), handshakes: new Heard(), closes: new Heard() };
  server.on("upgrade", (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    const url = new URL(incoming.url ?? "/", provider);
    url.protocol = provider.protocol === "https:" ? "wss:" : "ws:";
    const upstream = new WebSocket(url, {
      headers: ownHeaders(incoming.headers),
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      perMessageDeflate: false,
    });
    // `close` always follows an error; without a listener the error would end the process.
    upstream.on("error", () => socket.destroy());
    upstream.on("unexpected-response", (_request, { statusCode = 502 }) => {
      tap.handshakes.add(statusCode);
      socket.end(`HTTP/1.1 ${statusCode} Refused\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`);
      upstream.terminate();
    });
    upstream.on("open", () => {
      tap.handshakes.add(101);
      sockets.handleUpgrade(incoming, socket, head, (ours) => join(ours, upstream, tap));
    });
  });
  return tap;
}

function join(ours: WebSocket, upstream: WebSocket, tap: SidebandTap): void {
  ours.on("error", () => undefined);
  ours.on("message", (data, isBinary) => upstream.send(data as Buffer, { binary: isBinary }, () => undefined));
  ours.on("close", () => upstream.terminate());
  upstream.on("message", (data, isBinary) => {
    tap.events.add(readWireEvent((data as Buffer).toString("utf8")));
    ours.send(data as Buffer, { binary: isBinary }, () => undefined);
  });
  upstream.on("close", (code) => {
    if (ours.readyState === WebSocket.OPEN) tap.closes.add(code);
    // These two stand for a missing or an abnormal close, and cannot be sent.
    if (code === 1005 || code === 1006) ours.close();
    else ours.close(code);
  });
}

/** What the upstream's code put there, without what belongs to the one connection. */
function ownHeaders(headers: IncomingHttpHeaders): Record<string, string> {
  const own = Object.entries(headers).filter(
    ([name, value]) => typeof value === "string" && !/^(host|connection|upgrade|sec-websocket-.*)$/.test(name),
  );
  return Object.fromEntries(own) as Record<string, string>;
}
