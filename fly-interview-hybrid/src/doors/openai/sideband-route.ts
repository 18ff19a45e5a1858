import type { FastifyInstance, FastifyRequest } from "fastify";
import type { WebSocket } from "ws";
import { ProxyError } from "../../errors.ts";
import type { OpenSideband } from "../../sessions/calls/calls-by-id.ts";
import { principalOf } from "../http/callers.ts";
import type { DoorNeeds } from "../needs.ts";
import { fromClientCallId } from "./call-ids.ts";
import { type Family, openTenantOf } from "./family.ts";
import { passFrames } from "./pass-frames.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Set at the upgrade of a backend's sideband. */
    openSideband: OpenSideband | undefined;
  }
}

export interface SidebandRouteOptions {
  /** Looks after the socket. */
  readonly adopt: (socket: WebSocket) => boolean;
  readonly family: Family;
  /** The call that a request names. */
  readonly callIdOf: (request: FastifyRequest) => string;
}

/**
 * A backend's own sideband to a call. Who may not is told by the status of the upgrade, as OpenAI does it: backends can see
 * that.
 */
export function addSidebandRoute(
  app: FastifyInstance,
  path: string,
  needs: DoorNeeds,
  { adopt, family, callIdOf }: SidebandRouteOptions,
): void {
  app.decorateRequest("openSideband", undefined);
  const preValidation = async (request: FastifyRequest): Promise<void> => {
    if (!request.ws) throw new ProxyError("NOT_FOUND");
    if (app.websocketServer.clients.size >= needs.config.MAX_CONNECTIONS) throw new ProxyError("CONNECTION_LIMIT");
    const principal = await principalOf(request, needs);
    openTenantOf(principal, needs);
    const callId = fromClientCallId(callIdOf(request), family.callPrefix);
    request.openSideband = await needs.sessions.sidebandOf(callId, principal);
  };
  app.get(path, { websocket: true, preValidation }, (socket, { openSideband, id }) => {
    if (!adopt(socket) || openSideband === undefined) return;
    void passFrames(socket, openSideband, { requestId: id, unknownCall: family.unknownCall, log: needs.log });
  });
}
