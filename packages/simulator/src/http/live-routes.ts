import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { LiveCallRequest } from "../calls/call-report.ts";
import { liveCreateSchema } from "../live/session-config-schema.ts";
import { describeIssue } from "../session/client-event-error.ts";
import { incorrectKey, invalidRequest, sessionNotFinalized, sessionNotFound } from "./api-error.ts";
import type { Caller } from "./api-keys.ts";
import { type CallRoutesOptions, createCall, identify } from "./create-call.ts";
import type { MalformedForm } from "./creation-faults.ts";

const SESSIONS_PATH = "/v1/live/sessions";

type SessionRequest = FastifyRequest<{ Params: { id: string } }>;

/** `/v1/live/sessions`: the routes of the Live API, for project keys only. */
export function addLiveRoutes(
  app: FastifyInstance,
  options: CallRoutesOptions & { readonly liveHangup: boolean },
): void {
  app.post(SESSIONS_PATH, (request, reply) => answer(options, request, reply));

  app.post(`${SESSIONS_PATH}/:id/hangup`, (request: SessionRequest, reply) => {
    refuseSecrets(identify(options.keys, request), request);
    const call = options.calls.find(request.params.id, "live");
    if (call === undefined || !options.liveHangup) {
      throw sessionNotFound();
    }
    call.end("hangup");
    return reply.code(200).send();
  });

  // No session is ever stored, so none can be forked, and none has a recording.
  const refuse = (request: SessionRequest): never => {
    refuseSecrets(identify(options.keys, request), request);
    throw options.calls.knows(request.params.id, "live") ? sessionNotFinalized() : sessionNotFound();
  };
  app.post(`${SESSIONS_PATH}/:id/fork`, refuse);
  app.get(`${SESSIONS_PATH}/:id/content`, refuse);
}

async function answer(options: CallRoutesOptions, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const created = await createCall(options, { request, reply }, async (caller) => {
    refuseSecrets(caller, request);
    return readRequest(request.body);
  });
  if (created === "unanswered") {
    return reply;
  }
  const { call, answerSdp: sdp, malformed } = created;
  const proper: LiveAnswer = { session: { id: call.id }, transport: { type: "webrtc", sdp } };
  const body = malformed === undefined ? JSON.stringify(proper) : MALFORMATIONS[malformed](proper);
  return reply.code(201).type("application/json").send(body);
}

function readRequest(body: unknown): LiveCallRequest {
  const parsed = liveCreateSchema.safeParse(body);
  if (!parsed.success) {
    const { code, message, param } = describeIssue(parsed.error, body, "");
    throw invalidRequest(code, message, param);
  }
  const { session, transport } = parsed.data;
  return {
    form: "json",
    session,
    safetyIdentifier: session.safety_identifier ?? null,
    dataChannelId: null,
    offerSdp: transport.sdp,
  };
}

/** The Live API has no keys for browsers. */
function refuseSecrets(caller: Caller, request: FastifyRequest): void {
  if (caller.kind === "client_secret") {
    throw incorrectKey((request.headers.authorization ?? "").replace(/^Bearer\s+/i, ""));
  }
}

interface LiveAnswer {
  readonly session: { readonly id: string };
  readonly transport: { readonly type: "webrtc"; readonly sdp: string };
}

const MALFORMATIONS: Record<MalformedForm, (proper: LiveAnswer) => string> = {
  empty: () => "",
  html: () => "<!DOCTYPE html><html><body><h1>502 Bad Gateway</h1></body></html>",
  json: () => JSON.stringify({ sdp: "" }),
  // Of the SDP: cut within the audio section, before its transport parameters are complete.
  truncated: ({ session, transport: { type, sdp } }) =>
    JSON.stringify({ session, transport: { type, sdp: sdp.slice(0, sdp.indexOf("a=ice-pwd")) } }),
  no_location: ({ transport }) => JSON.stringify({ transport }),
  bad_location: ({ transport }) => JSON.stringify({ session: { id: "" }, transport }),
};
