import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Call, Sideband } from "../calls/call.ts";
import type { CallRegistry } from "../calls/call-registry.ts";
import { ApiError, callNotFound, invalidRequest, rateLimited } from "./api-error.ts";
import type { ApiKeys } from "./api-keys.ts";

const MAX_FRAME_BYTES = 1024 * 1024;

/** A sideband whose reader has stopped must not pile up events without end. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;

/** How many may attach to one call is not documented; more than this is a client that runs wild. */
const MAX_SIDEBANDS = 16;

const NORMAL_CLOSURE = 1000;
const GOING_AWAY = 1001;

/** `GET /v1/realtime?call_id=`: the WebSockets of trusted servers to calls in progress. */
export class SidebandServer {
  readonly #keys: ApiKeys;
  readonly #calls: CallRegistry;
  readonly #sockets = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES });

  constructor(keys: ApiKeys, calls: CallRegistry) {
    this.#keys = keys;
    this.#calls = calls;
  }

  /** Takes over the upgrades of an HTTP server, for as long as that one lives. */
  listenOn(server: Server): void {
    server.on("upgrade", (request, socket, head) => {
      // A client that leaves during the handshake is no event.
      socket.on("error", () => socket.destroy());
      const call = this.#find(request);
      if (call instanceof ApiError) {
        refuse(socket, call);
        return;
      }
      this.#sockets.handleUpgrade(request, socket, head, (webSocket) => attach(webSocket, call));
    });
  }

  /** Cuts all sidebands off. */
  close(): void {
    for (const socket of this.#sockets.clients) {
      socket.terminate();
    }
    this.#sockets.close();
  }

  #find(request: IncomingMessage): Call | ApiError {
    const [path, query] = (request.url ?? "").split("?", 2);
    const callId = new URLSearchParams(query).get("call_id");
    if (path !== "/v1/realtime" || callId === null) {
      return invalidRequest("missing_required_parameter", "Missing required parameter: 'call_id'.", "call_id");
    }
    const caller = this.#keys.identify(request.headers.authorization);
    if (caller instanceof ApiError) {
      return caller;
    }
    const call = this.#calls.find(callId);
    // Since September 2026 a client secret finds no call, not even the one it made.
    if (call === undefined || caller.kind === "client_secret" || call.refusesSidebands) {
      return callNotFound();
    }
    return call.sidebandCount < MAX_SIDEBANDS ? call : rateLimited();
  }
}

/** Nothing is sent on attaching: a sideband is not greeted. */
function attach(socket: WebSocket, call: Call): void {
  if (!call.isLive) {
    socket.close(NORMAL_CLOSURE);
    return;
  }
  const sideband: Sideband = {
    send: (text) => {
      if (socket.bufferedAmount > MAX_BUFFERED_BYTES) {
        socket.terminate();
        return;
      }
      socket.send(text);
    },
    close: (reason) => {
      if (reason === "expired") {
        socket.close(GOING_AWAY, "Your session hit the maximum duration of 60 minutes.");
      } else {
        socket.close(NORMAL_CLOSURE);
      }
    },
  };
  // ws closes the socket after an error by itself; unheard, the error would end the process.
  socket.on("error", () => undefined);
  socket.on("close", () => call.detach(sideband));
  socket.on("message", (data, isBinary) => {
    if (!isBinary && Buffer.isBuffer(data)) {
      call.receiveFromSideband(data.toString("utf8"));
    }
  });
  call.attach(sideband);
}

function refuse(socket: Duplex, { status, body }: ApiError): void {
  const text = JSON.stringify({ error: body });
  socket.end(
    [
      `HTTP/1.1 ${status} ${status === 404 ? "Not Found" : "Refused"}`,
      "Content-Type: application/json",
      `Content-Length: ${Buffer.byteLength(text)}`,
      "Connection: close",
      "",
      text,
    ].join("\r\n"),
  );
}
