import type { ErrorCode } from "@interview-proxy/protocol";
import type { FastifyError, FastifyInstance, FastifyReply } from "fastify";
import type { Principal } from "../../auth/principal.ts";
import { ProxyError } from "../../errors.ts";
import type { Tenant } from "../../tenants/tenant.ts";
import { answerElsewhere } from "../http/admit-requests.ts";
import type { AnsweredCall } from "../http/call-by-http.ts";
import { toTableError } from "../http/errors.ts";
import type { DoorNeeds } from "../needs.ts";
import { personOfSessionOr } from "../operations/access.ts";
import { ofId, type ReplyHeaders } from "../operations/operation.ts";
import { serveOn } from "../operations/serve.ts";
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
  { config, relay, signIns, log, tenants }: DoorNeeds,
): void {
  app.addHook("onRequest", async () => {
    if (config.VOICE_API !== api) throw new ProxyError("OTHER_VOICE_API");
    const mayBeOpen = [{ config }, ...tenants.active()].some((one) => one.config.DATA_CHANNEL === "open");
    if (!mayBeOpen) throw new ProxyError("DATA_CHANNEL_REQUIRED");
  });
  app.setErrorHandler(async (thrown: FastifyError, request, reply) => {
    try {
      return await answerElsewhere(thrown, request, reply, { relay, signIns });
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

/** What the routes of a family may be refused for, beside what else they are. */
export const FAMILY_ERRORS = ["OTHER_VOICE_API", "DATA_CHANNEL_REQUIRED"] as const satisfies readonly ErrorCode[];

/** The hang-up of a call, which has no body and gets none: 200 once, then the call is not found. */
export function addHangUpRoute(
  app: FastifyInstance,
  path: string,
  { api, callPrefix }: Family,
  needs: DoorNeeds,
): void {
  serveOn(app, needs)(
    {
      method: "POST",
      path,
      id: api === "realtime" ? "hangUpRealtimeCall" : "hangUpLiveSession",
      summary: "Hangs up a call, and ends its session",
      by: personOfSessionOr("operate"),
      params: ofId,
      replies: { 200: null },
      errors: [...FAMILY_ERRORS, "CALL_NOT_FOUND", "SESSION_BUSY"],
    },
    async ({ caller, params }) => needs.sessions.hangUp(fromClientCallId(params.id, callPrefix), caller),
  );
}

/** Headers of the reply to a new call. */
export const CALL_HEADERS: ReplyHeaders = {
  [SESSION_HEADER]: "The id of the session.",
  [RESUME_TOKEN_HEADER]: "With which its person comes back.",
};

/** Begins the reply to a new call with what OpenAI's own has no place for. */
export function beginCallReply(reply: FastifyReply, { session, resumeToken }: AnsweredCall): FastifyReply {
  return reply.code(201).header(SESSION_HEADER, session.id).header(RESUME_TOKEN_HEADER, resumeToken);
}
