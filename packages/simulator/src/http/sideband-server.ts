import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { Call, Sideband } from "../calls/call.ts";
import type { CallRegistry } from "../calls/call-registry.ts";
import type { CallEndReason } from "../calls/call-report.ts";
import { ApiError, callNotFound, incorrectKey, invalidRequest, rateLimited, sessionNotFound } from "./api-error.ts";
import type { ApiKeys, Caller } from "./api-keys.ts";

const MAX_FRAME_BYTES = 1024 * 1024;

/** A sideband whose reader has stopped must not pile up events without end. */
const MAX_BUFFERED_BYTES = 4 * 1024 * 1024;

/** How many may attach to one call is not documented; more than this is a client that runs wild. */
const MAX_SIDEBANDS = 16;

const NORMAL_CLOSURE = 1000;
const GOING_AWAY = 1001;

const LIVE_PATH = /^\/v1\/live\/sessions\/([^/]+)\/attach$/;

/** How a socket is closed when its call has ended. */
type CloseSocket = (socket: WebSocket, reason: CallEndReason) => void;

/** The call that an upgrade is for. */
interface Wanted {
  readonly call: Call;
  readonly closeSocket: CloseSocket;
}

/** `GET /v1/realtime?call_id=` and `GET /v1/live/sessions/{id}/attach`: the WebSockets of trusted servers to calls in progress. */
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
      const wanted = this.#find(request);
      if (wanted instanceof ApiError) {
        refuse(socket, wanted);
        return;
      }
      this.#sockets.handleUpgrade(request, socket, head, (webSocket) => attach(webSocket, wanted));
    });
  }

  /** Cuts all sidebands off. */
  close(): void {
    for (const socket of this.#sockets.clients) {
      socket.terminate();
    }
    this.#sockets.close();
  }

  #find(request: IncomingMessage): Wanted | ApiError {
    const [path = "", search] = (request.url ?? "").split("?", 2);
    const query = new URLSearchParams(search);
    const [, sessionId] = LIVE_PATH.exec(path) ?? [];
    if (sessionId !== undefined) {
      return this.#findLive(request, sessionId, query.get("graceful_close") === "true");
    }
    const callId = query.get("call_id");
    if (path !== "/v1/realtime" || callId === null) {
      return invalidRequest("missing_required_parameter", "Missing required parameter: 'call_id'.", "call_id");
    }
    const caller = this.#identify(request);
    if (caller instanceof ApiError) {
      return caller;
    }
    // Since September 2026 a client secret finds no call, not even the one it made.
    const call = caller.kind === "client_secret" ? undefined : this.#calls.find(callId, "realtime");
    return whereFree(call, closeRealtime) ?? callNotFound();
  }

  #findLive(request: IncomingMessage, sessionId: string, isGraceful: boolean): Wanted | ApiError {
    const caller = this.#identify(request);
    if (caller instanceof ApiError) {
      return caller;
    }
    if (caller.kind === "client_secret") {
      return incorrectKey(caller.secret.value);
    }
    return (
      whereFree(this.#calls.find(sessionId, "live"), isGraceful ? closeGracefully : closeWithoutStatus) ??
      sessionNotFound()
    );
  }

  #identify(request: IncomingMessage): Caller | ApiError {
    return this.#keys.identify(request.headers.authorization);
  }
}

/** `undefined` where there is no such call, or none for sidebands. */
function whereFree(call: Call | undefined, closeSocket: CloseSocket): Wanted | ApiError | undefined {
  if (call === undefined || call.refusesSidebands) {
    return undefined;
  }
  return call.sidebandCount < MAX_SIDEBANDS ? { call, closeSocket } : rateLimited();
}

function closeRealtime(socket: WebSocket, reason: CallEndReason): void {
  if (reason === "expired") {
    socket.close(GOING_AWAY, "Your session hit the maximum duration of 60 minutes.");
  } else {
    socket.close(NORMAL_CLOSURE);
  }
}

function closeGracefully(socket: WebSocket): void {
  socket.close(NORMAL_CLOSURE);
}

/** Observed: a Live sideband sees its socket closed without a status, 1005, unless it asked for more. */
function closeWithoutStatus(socket: WebSocket): void {
  socket.close();
}

function attach(socket: WebSocket, { call, closeSocket }: Wanted): void {
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
    close: (reason) => closeSocket(socket, reason),
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
