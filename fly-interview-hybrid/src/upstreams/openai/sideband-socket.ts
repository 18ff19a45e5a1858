import { WebSocket } from "ws";
import type { Clock } from "../../clock.ts";
import { keepHeartbeat } from "../../sockets/heartbeat.ts";
import type { SpareConnections } from "./spare-connections.ts";

const HANDSHAKE_TIMEOUT_MS = 10_000;
const HEARTBEAT_SECONDS = 20;

export interface SidebandSocketOptions {
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** A larger frame ends the connection. */
  readonly maxFrameBytes: number;
  /** Where a connection may be open already. */
  readonly spares?: SpareConnections | undefined;
  /** Called with each message, from the first on. */
  readonly onMessage: (bytes: Buffer) => void;
}

export type OpenedSocket =
  | { readonly ok: true; readonly socket: WebSocket }
  | { readonly ok: false; readonly reason: "gone" | "unreachable" };

/** One try at opening a sideband's WebSocket, with a heartbeat for as long as it is open. */
export function openSidebandSocket(
  { url, headers, maxFrameBytes, spares, onMessage }: SidebandSocketOptions,
  clock: Clock,
): Promise<OpenedSocket> {
  const spare = spares?.take();
  const socket = new WebSocket(url, {
    headers,
    ...(spare !== undefined && { createConnection: () => spare }),
    handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
    maxPayload: maxFrameBytes,
    perMessageDeflate: false,
  });
  // The socket delivers one Buffer a message, never fragments.
  socket.on("message", (data) => onMessage(data as Buffer));
  return new Promise((resolve) => {
    let status: number | undefined;
    socket.on("unexpected-response", (_request, response) => {
      status = response.statusCode;
      response.destroy();
      socket.terminate();
    });
    // `close` always follows an error; without a listener the error would end the process.
    socket.on("error", () => undefined);
    socket.on("close", () => resolve({ ok: false, reason: status === 404 || status === 410 ? "gone" : "unreachable" }));
    socket.on("open", () => {
      // Without it a connection that was lost in silence looks alive until the call's deadline.
      const heartbeat = keepHeartbeat(() => [socket], HEARTBEAT_SECONDS, clock);
      heartbeat.watch(socket);
      socket.once("close", () => heartbeat.stop());
      resolve({ ok: true, socket });
    });
  });
}
