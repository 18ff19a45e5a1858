import { type IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { type WebSocket, WebSocketServer } from "ws";
import { BEARER_SUBPROTOCOL, OPENAI_SUBPROTOCOL } from "../auth/credentials.ts";
import { closeSocket, closeSockets } from "../sockets/close-sockets.ts";
import { keepHeartbeat } from "../sockets/heartbeat.ts";
import { ClientSocket } from "./client-socket.ts";
import { refuseHandshake } from "./http/unreadable-requests.ts";
import type { DoorNeeds } from "./needs.ts";
import { readTarget, type RequestTarget } from "./request-target.ts";

/** Frames beyond this are not read at all; messages between this and the protocol's limit get their error. */
const MAX_FRAME_BYTES = 1024 * 1024;

/** What browsers take for a server that stops (RFC 6455, section 7.4.1). */
const GOING_AWAY = 1001;

/** A request for another protocol than HTTP, and the connection on which it came. */
export interface Upgrade {
  readonly request: IncomingMessage;
  /** For a refusal, with which the connection ends. */
  readonly response: ServerResponse;
  readonly socket: Socket;
  /** What the client has sent behind the request. */
  readonly head: Buffer;
}

/** Decides about those who ask for a WebSocket at a path. */
export type SocketDoor = (upgrade: Upgrade, target: RequestTarget) => void;

/** The WebSockets that clients have opened, and those they ask for. */
export interface Upgrades {
  /** How many are open. */
  readonly size: number;
  /** Gives a path to a door. What is asked for at any other is a request as any other. */
  serve(path: string, door: SocketDoor): void;
  /** What a request that came to a route asks for, if it does. */
  of(request: FastifyRequest): Upgrade | undefined;
  /** Opens a WebSocket and looks after it. `onOpen` is called unless the handshake is none, the client gone or the server about to stop. */
  accept(upgrade: Upgrade, onOpen: (socket: ClientSocket) => void): void;
}

/**
 * Takes the server's upgrades. A socket may wait for hours, so nothing of the request stays with it: those of a door never
 * become a request of the framework, which would.
 */
export function acceptUpgrades(
  app: FastifyInstance,
  { config, clock, log, metrics }: Pick<DoorNeeds, "config" | "clock" | "log" | "metrics">,
): Upgrades {
  const handshakes = new WebSocketServer({
    noServer: true,
    WebSocket: ClientSocket,
    // By a listener for each; see below.
    clientTracking: false,
    maxPayload: MAX_FRAME_BYTES,
    // Text that is not UTF-8 gets an error of the table instead of a closed socket.
    skipUTF8Validation: true,
    handleProtocols: (protocols) =>
      [BEARER_SUBPROTOCOL, OPENAI_SUBPROTOCOL].find((name) => protocols.has(name)) ?? false,
  });
  const sockets = new Set<WebSocket>();
  const doors = new Map<string, SocketDoor>();
  const ofRoutes = new WeakMap<IncomingMessage, Upgrade>();
  const heartbeat = keepHeartbeat(() => sockets, config.HEARTBEAT_SECONDS, clock);
  const noteError = (error: Error): void => log.debug({ err: error }, "socket failed");
  function forget(this: WebSocket): void {
    sockets.delete(this);
    if (this instanceof ClientSocket) this.user?.leave();
  }
  let isClosing = false;

  handshakes.on("wsClientError", refuseHandshake);
  metrics.gauge("interview_sockets", "WebSockets that are open.", () => sockets.size);
  app.server.on("upgrade", (request, duplex, head) => {
    const upgrade = begin(request, duplex as Socket, head);
    if (upgrade === undefined) return;
    const target = readTarget(request.url ?? "");
    const door = isClosing || request.method !== "GET" ? undefined : doors.get(target.path);
    if (door !== undefined) return door(upgrade, target);
    ofRoutes.set(request, upgrade);
    app.routing(request, upgrade.response);
  });
  app.addHook("preClose", async () => {
    isClosing = true;
    heartbeat.stop();
    await closeSockets(sockets, GOING_AWAY, clock);
  });

  return {
    get size() {
      return sockets.size;
    },
    serve: (path, door) => void doors.set(path, door),
    of: ({ raw }) => ofRoutes.get(raw),
    accept({ request, response, socket, head }, onOpen) {
      response.detachSocket(socket);
      socket.off("error", ignore);
      handshakes.handleUpgrade(request, socket, head, (opened) => {
        // Frames too large for any message, and broken ones, end the connection; the library has closed it by then.
        opened.on("error", noteError);
        sockets.add(opened);
        opened.on("close", forget);
        if (isClosing) {
          // Its admission took longer than the server had left; nobody else would close it, and the stop would wait for it.
          void closeSocket(opened, GOING_AWAY, clock);
          return;
        }
        heartbeat.watch(opened);
        onOpen(opened);
      });
    },
  };
}

/** `undefined` where the request came before the answer to another one on its connection, which ends: it would be in the midst of that. */
function begin(request: IncomingMessage, socket: Socket, head: Buffer): Upgrade | undefined {
  // Node has taken its own listener away, and an error that nobody listens to would end the process.
  socket.on("error", ignore);
  const response = new ServerResponse(request);
  try {
    response.assignSocket(socket);
  } catch {
    socket.destroy();
    return undefined;
  }
  // A connection that has left HTTP serves nothing more, and nobody else ends it.
  response.once("finish", () => socket.destroySoon());
  return { request, response, socket, head };
}

function ignore(): void {}
