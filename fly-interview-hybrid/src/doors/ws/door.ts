import { PROTOCOL_VERSION } from "@interview-proxy/protocol";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { WebSocket } from "ws";
import { networkKey } from "../../auth/admission.ts";
import { readCredentials, readResumeToken } from "../../auth/credentials.ts";
import type { Principal } from "../../auth/principal.ts";
import { SIMULATION_TENANT } from "../../auth/principal.ts";
import { ProxyError, toProxyError } from "../../errors.ts";
import { admitAddressOf, admitCaller, redeemPass, requireOrigin } from "../http/callers.ts";
import { toBody } from "../http/errors.ts";
import type { ConnectWatch } from "../../ops/connect-watch.ts";
import type { DoorNeeds } from "../needs.ts";
import { replayElsewhere } from "../relay/fly-replay.ts";
import { RELAY_HEADER } from "../relay/relay-header.ts";
import { Connection, turnAway } from "./connection.ts";
import { MessageBudgets } from "./message-budgets.ts";
import { TenantShares } from "./tenant-shares.ts";
import { closeSocket, closeSockets } from "../../sockets/close-sockets.ts";
import { keepHeartbeat } from "../../sockets/heartbeat.ts";

/** What browsers take for a server that stops (RFC 6455, section 7.4.1). */
const GOING_AWAY = 1001;

/** So many that come too often are told so on their socket, until they may come again; more than that are none that listen. */
const MAX_TOLD = 8;

/** Outcome of the checks at the upgrade. */
type Admission = Admitted | { readonly refusal: ProxyError };

interface Admitted {
  readonly principal: Principal;
  /** Another machine has let the client in, and talks in its place. */
  readonly isRelayed: boolean;
}

declare module "fastify" {
  interface FastifyRequest {
    /** Set at the upgrade of a WebSocket. */
    admission: Admission | undefined;
    /** Begun there. */
    connect: ConnectWatch | undefined;
  }
}

export interface SocketRoutes {
  /** Runs before the upgrade of every WebSocket route. */
  readonly preValidation: (request: FastifyRequest, reply: FastifyReply) => Promise<void>;
  readonly wsHandler: (socket: WebSocket, request: FastifyRequest) => void;
  /** Looks after the socket of another route, as after those of this door. False where the server stops, which closes it. */
  readonly adopt: (socket: WebSocket) => boolean;
}

/**
 * The WebSocket door. Who may not enter is upgraded all the same, told why and closed, because a browser cannot see the
 * status of a failed upgrade; nothing such a client sends is parsed.
 */
export function createSocketDoor(app: FastifyInstance, needs: DoorNeeds): SocketRoutes {
  const { config, log } = needs;
  app.decorateRequest("admission", undefined);
  app.decorateRequest("connect", undefined);
  const heartbeat = keepHeartbeat(() => app.websocketServer.clients, config.HEARTBEAT_SECONDS, needs.clock);
  const budgets = new MessageBudgets(config.MESSAGES_PER_SECOND, needs.clock);
  const shares = new TenantShares(needs.tenants, config.MAX_CONNECTIONS);
  needs.metrics.gauge("interview_sockets", "WebSockets that are open.", () => app.websocketServer.clients.size);
  let isClosing = false;
  app.addHook("preClose", async () => {
    isClosing = true;
    // From now on an upgrade is a request as any other: the framework's refusal of it leaves the socket open otherwise.
    app.server.removeAllListeners("upgrade");
    heartbeat.stop();
    await closeSockets(app.websocketServer.clients, GOING_AWAY, needs.clock);
  });

  const adopt = (socket: WebSocket): boolean => {
    // Frames too large for any message, and broken ones, end the connection; the library has closed it by then.
    socket.on("error", (error) => log.debug({ err: error }, "socket failed"));
    if (isClosing) {
      // Its admission took longer than the server had left; nobody else would close it, and the stop would wait for it.
      void closeSocket(socket, GOING_AWAY, needs.clock);
      return false;
    }
    heartbeat.watch(socket);
    return true;
  };

  return {
    adopt,
    async preValidation(request, reply) {
      if (!request.ws) return;
      await replayElsewhere(request, reply, needs);
      const openSockets = app.websocketServer.clients.size;
      const connect = needs.watchConnect({ step: "auth", requestId: request.id });
      request.connect = connect;
      const admission = await admit(request, openSockets, needs);
      if ("refusal" in admission) app.repeatedRefusals.remember(reply, admission.refusal, toBody, MAX_TOLD);
      request.admission = admission;
      connect.enter("client");
    },
    wsHandler(socket, request) {
      if (!adopt(socket)) return;
      const { admission, connect } = request;
      const refuse = (error: ProxyError): void => {
        connect?.fail(error.code);
        turnAway(socket, error, log);
      };
      if (admission === undefined) return refuse(new ProxyError("INTERNAL"));
      if ("refusal" in admission) return refuse(admission.refusal);
      const { principal, isRelayed } = admission;
      const giveBack = shares.take(principal.tenant);
      if (giveBack === undefined) return refuse(new ProxyError("CONNECTION_LIMIT"));
      socket.once("close", giveBack);
      const budget = budgets.open(isRelayed ? undefined : networkKey(request.ip));
      const connection = new Connection(socket, { ...admission, connect, requestId: request.id, budget }, needs);
      // The machine that let the client in has welcomed it.
      if (isRelayed) return;
      const simulation = config.SIMULATION_MODE || principal.tenant === SIMULATION_TENANT;
      connection.send({ type: "welcome", protocol: PROTOCOL_VERSION, simulation });
    },
  };
}

async function admit(request: FastifyRequest, openSockets: number, needs: DoorNeeds): Promise<Admission> {
  try {
    if (openSockets >= needs.config.MAX_CONNECTIONS) throw new ProxyError("CONNECTION_LIMIT");
    const pass = request.headers[RELAY_HEADER];
    if (pass !== undefined) return await admitRelayed(request, pass, needs);
    await admitAddressOf(request, needs);
    if (!needs.isOriginAllowed(request.headers.origin, request.headers.host))
      throw new ProxyError("ORIGIN_NOT_ALLOWED");
    const principal = await principalOf(request, needs);
    requireOrigin(request, principal, needs);
    if (!principal.scopes.has("interview")) throw new ProxyError("FORBIDDEN");
    await admitCaller(request, principal, needs);
    return { principal, isRelayed: false };
  } catch (error) {
    return { refusal: toProxyError(error) };
  }
}

/** A line of another machine: it has let in the client, and counted it. */
async function admitRelayed(request: FastifyRequest, pass: string | string[], needs: DoorNeeds): Promise<Admitted> {
  const credential = await redeemPass(request, pass, needs);
  if (!("principal" in credential)) throw new ProxyError("UNAUTHENTICATED");
  return { principal: credential.principal, isRelayed: true };
}

/** The resume token opens the socket of its own session; anything else must say who is calling. */
async function principalOf(request: FastifyRequest, { authenticate, sessions }: DoorNeeds): Promise<Principal> {
  const resumeToken = readResumeToken(request);
  if (resumeToken !== undefined) return sessions.principalOf(resumeToken);
  return authenticate(readCredentials(request), { simulationDoor: true });
}
