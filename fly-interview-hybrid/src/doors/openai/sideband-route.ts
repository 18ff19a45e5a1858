import type { FastifyInstance, FastifyRequest } from "fastify";
import { ProxyError } from "../../errors.ts";
import type { OpenSideband } from "../../sessions/calls/calls-by-id.ts";
import type { DoorNeeds } from "../needs.ts";
import { holderOf } from "../operations/access.ts";
import { type DeclaredOperation, told } from "../operations/operation.ts";
import type { Upgrades } from "../upgrades.ts";
import { fromClientCallId } from "./call-ids.ts";
import { FAMILY_ERRORS, type Family, openTenantOf } from "./family.ts";
import { passFrames } from "./pass-frames.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Set at the upgrade of a backend's sideband. */
    openSideband: OpenSideband | undefined;
  }
}

const backend = holderOf("operate");

/** What the sidebands of both APIs have in common. */
export const SIDEBAND = {
  method: "GET",
  description: "A WebSocket. What does not ask for one gets NOT_FOUND.",
  by: backend,
  replies: { 101: null },
  errors: [...FAMILY_ERRORS, "NOT_FOUND", "CALL_NOT_FOUND", "CONNECTION_LIMIT", "UPSTREAM_UNAVAILABLE"],
} satisfies Partial<DeclaredOperation>;

export interface SidebandRouteOptions {
  readonly operation: DeclaredOperation;
  readonly upgrades: Upgrades;
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
  needs: DoorNeeds,
  { operation, upgrades, family, callIdOf }: SidebandRouteOptions,
): void {
  app.decorateRequest("openSideband", undefined);
  const preValidation = async (request: FastifyRequest): Promise<void> => {
    if (upgrades.of(request) === undefined) throw new ProxyError("NOT_FOUND");
    if (upgrades.size >= needs.config.MAX_CONNECTIONS) throw new ProxyError("CONNECTION_LIMIT");
    const principal = await backend.callerOf(request, needs);
    openTenantOf(principal, needs);
    const callId = fromClientCallId(callIdOf(request), family.callPrefix);
    request.openSideband = await needs.sessions.sidebandOf(callId, principal);
  };
  app.get(operation.path, { preValidation, ...told(operation) }, (request, reply) => {
    const upgrade = upgrades.of(request);
    const { openSideband, id } = request;
    if (upgrade === undefined || openSideband === undefined) throw new ProxyError("NOT_FOUND");
    reply.hijack();
    upgrades.accept(upgrade, (socket) => {
      void passFrames(socket, openSideband, { requestId: id, unknownCall: family.unknownCall, log: needs.log });
    });
  });
}
