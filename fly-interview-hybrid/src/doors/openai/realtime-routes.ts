import type { FastifyInstance } from "fastify";
import type { RealtimeSessionCreateResponse } from "openai/resources/realtime/client-secrets";
import * as z from "zod/mini";
import { CLIENT_KEY_PREFIX } from "../../auth/credentials.ts";
import { voiceModelOf } from "../../config/config.ts";
import type { OwnedSession } from "../../sessions/ownership.ts";
import { callByHttp } from "../http/call-by-http.ts";
import { readInput } from "../http/read-input.ts";
import type { DoorNeeds } from "../needs.ts";
import type { Upgrades } from "../upgrades.ts";
import { candidateOrBackend, holderOf } from "../operations/access.ts";
import { CALL_ERRORS } from "../operations/call-errors.ts";
import { EXAMPLE_OFFER } from "../operations/example-offer.ts";
import { LOCATION } from "../operations/operation.ts";
import { serveConnectsOn, serveOn } from "../operations/serve.ts";
import { acceptCallForms, CALL_FORMS, readCallForm } from "./call-form.ts";
import { toClientCallId } from "./call-ids.ts";
import { isBackend, namedPerson, PERSON_HEADERS, personOf } from "./call-person.ts";
import { heardOf, realtimeSessionSchema } from "./client-session.ts";
import {
  addHangUpRoute,
  beginCallReply,
  CALL_HEADERS,
  FAMILY_ERRORS,
  openFamily,
  openTenantOf,
  REALTIME,
} from "./family.ts";
import { addSidebandRoute, SIDEBAND } from "./sideband-route.ts";

/** Nothing is asked for in the address: neither a model nor a channel's id, of which the server would have to know. */
const noQuery = z.strictObject({});

const secretRequestSchema = z.optional(
  z.strictObject({
    expires_after: z.optional(
      z.object({
        anchor: z.optional(z.literal("created_at")),
        seconds: z.optional(z.int().check(z.minimum(10), z.maximum(7200))),
      }),
    ),
    session: z.optional(realtimeSessionSchema),
  }),
);

/** What a reply tells of a session that waits: never what its interviewer is told. */
type SecretSession = Pick<RealtimeSessionCreateResponse, "id" | "object" | "type"> & { readonly model: string };

const secretSchema = z.object({
  value: z.string(),
  /** Seconds since the epoch. */
  expires_at: z.number(),
  session: z.object({
    id: z.string(),
    object: z.literal("realtime.session"),
    type: z.literal("realtime"),
    model: z.string(),
  }),
});

const attachQuery = z.object({ call_id: z.string() });

/** The Realtime API's routes for calls by WebRTC. */
export function addRealtimeRoutes(app: FastifyInstance, needs: DoorNeeds, upgrades: Upgrades): void {
  const { sessions, tickets } = needs;
  openFamily(app, REALTIME, needs);
  void app.register(async (calls) => addCallRoute(calls, needs));
  addHangUpRoute(app, "/calls/:id/hangup", REALTIME, needs);

  serveOn(app, needs)(
    {
      method: "POST",
      path: "/client_secrets",
      id: "createClientSecret",
      summary: "Makes a key for one call from a page, as OpenAI's Realtime API does",
      by: holderOf("interview", "operate"),
      body: secretRequestSchema,
      example: { session: { type: "realtime" } },
      headers: PERSON_HEADERS,
      replies: { 200: secretSchema },
      errors: FAMILY_ERRORS,
    },
    async ({ caller, body, request }) => {
      const { expires_after: expiry, session: asked } = body ?? {};
      const tenant = openTenantOf(caller, needs);
      const heard = heardOf(asked, isBackend(caller), tenant);
      const { person } = personOf(caller, namedPerson(request));
      const session: OwnedSession = isBackend(caller)
        ? await sessions.schedule(caller, { person, ...heard })
        : await sessions.scheduleOwn(caller, heard);
      const holder = { tenant: session.tenant, person, session: session.id };
      const { ticket, expiresAt } = await tickets.issue(holder, expiry?.seconds);
      const described: SecretSession = {
        id: session.id,
        object: "realtime.session",
        type: "realtime",
        model: voiceModelOf(tenant.config),
      };
      return { value: CLIENT_KEY_PREFIX + ticket, expires_at: expiresAt / 1000, session: described };
    },
  );

  addSidebandRoute(app, needs, {
    operation: {
      ...SIDEBAND,
      path: "/",
      id: "attachToRealtimeCall",
      summary: "Opens a backend's own sideband to a call",
      query: attachQuery,
    },
    upgrades,
    family: REALTIME,
    callIdOf: ({ query }) => readInput(attachQuery, query).call_id,
  });
}

/** Apart from the other routes, because none of them takes what this one does. */
function addCallRoute(app: FastifyInstance, needs: DoorNeeds): void {
  acceptCallForms(app);
  serveConnectsOn(app, needs)(
    {
      method: "POST",
      path: "/calls",
      id: "createRealtimeCall",
      summary: "Makes a call, as OpenAI's Realtime API does",
      description: "The reply is the answer to the offer.",
      by: candidateOrBackend,
      query: noQuery,
      forms: CALL_FORMS,
      example: EXAMPLE_OFFER,
      headers: PERSON_HEADERS,
      replies: { 201: { "text/plain": z.string() } },
      replyHeaders: { ...LOCATION, ...CALL_HEADERS },
      errors: [...FAMILY_ERRORS, ...CALL_ERRORS],
    },
    async ({ caller, connect, request, reply }) => {
      const { offerSdp, session } = await readCallForm(request);
      const principal = personOf(caller, namedPerson(request));
      const heard = heardOf(session, isBackend(caller), openTenantOf(caller, needs));
      const call = await callByHttp({ principal, offerSdp, connect, ...heard }, reply, needs);
      // Recorded: 201, a relative address, and text/plain whatever was asked for.
      return beginCallReply(reply, call)
        .header("location", `/v1/realtime/calls/${toClientCallId(call.callId, REALTIME.callPrefix)}`)
        .header("content-type", "text/plain; charset=utf-8")
        .send(call.answerSdp);
    },
  );
}
