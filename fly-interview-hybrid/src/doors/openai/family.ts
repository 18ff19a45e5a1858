import type { FastifyError, FastifyInstance, FastifyReply } from "fastify";
import type { Principal } from "../../auth/principal.ts";
import { ProxyError } from "../../errors.ts";
import type { Tenant } from "../../tenants/tenant.ts";
import { answerElsewhere } from "../http/admit-requests.ts";
import type { AnsweredCall } from "../http/call-by-http.ts";
import { credentialOf } from "../http/callers.ts";
import { toTableError } from "../http/errors.ts";
import type { DoorNeeds } from "../needs.ts";
import { reportError } from "../report-error.ts";
import { type CallPrefix, fromClientCallId } from "./call-ids.ts";
import { sendEnvelope, type UnknownCall } from "./error-envelope.ts";
import { RESUME_TOKEN_HEADER, SESSION_HEADER } from "./headers.ts";

/** One of OpenAI's voice APIs, as far as its surface differs from the other. */
export interface Family {
  readonly api: "realtime" | "live";
  readonly callPrefix: CallPrefix;
  readonly unknownCall: UnknownCall;
}

export const REALTIME: Family = { api: "realtime", callPrefix: "rtc_", unknownCall: "call_id_not_found" };
export const LIVE: Family = { api: "live", callPrefix: "live_", unknownCall: "session_id_not_found" };

/** Opens the routes of one voice API where the server speaks it and leaves channels open, else they say so. Errors are OpenAI's. */
export function openFamily(
  app: FastifyInstance,
  { api, unknownCall }: Family,
  { config, relay, log, tenants }: DoorNeeds,
): void {
  app.addHook("onRequest", async () => {
    if (config.VOICE_API !== api) throw new ProxyError("OTHER_VOICE_API");
    const mayBeOpen = [{ config }, ...tenants.active()].some((one) => one.config.DATA_CHANNEL === "open");
    if (!mayBeOpen) throw new ProxyError("DATA_CHANNEL_REQUIRED");
  });
  app.setErrorHandler(async (thrown: FastifyError, request, reply) => {
    try {
      return await answerElsewhere(thrown, request, reply, { relay });
    } catch (failure) {
      const error = toTableError(failure as FastifyError, request);
      reportError(log, error, request.id);
      return sendEnvelope(reply, error, unknownCall);
    }
  });
}

/** The caller's tenant. Throws DATA_CHANNEL_REQUIRED where it seals its calls. */
export function openTenantOf({ tenant: id }: Principal, { tenants }: Pick<DoorNeeds, "tenants">): Tenant {
  const tenant = tenants.of(id);
  if (tenant.config.DATA_CHANNEL !== "open") throw new ProxyError("DATA_CHANNEL_REQUIRED");
  return tenant;
}

/** The hang-up of a call, which has no body and gets none: 200 once, then the call is not found. */
export function addHangUpRoute(app: FastifyInstance, path: string, { callPrefix }: Family, needs: DoorNeeds): void {
  app.post<{ Params: { id: string } }>(path, async (request, reply) => {
    const credential = await credentialOf(request, needs);
    await needs.sessions.hangUp(fromClientCallId(request.params.id, callPrefix), credential);
    return reply.code(200).send();
  });
}

/** Begins the reply to a new call with what OpenAI's own has no place for. */
export function beginCallReply(reply: FastifyReply, { session, resumeToken }: AnsweredCall): FastifyReply {
  return reply.code(201).header(SESSION_HEADER, session.id).header(RESUME_TOKEN_HEADER, resumeToken);
}
