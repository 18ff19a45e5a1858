import type { FastifyInstance } from "fastify";
import type { RealtimeSessionCreateResponse } from "openai/resources/realtime/client-secrets";
import type { WebSocket } from "ws";
import * as z from "zod/mini";
import { CLIENT_KEY_PREFIX } from "../../auth/credentials.ts";
import { voiceModelOf } from "../../config/config.ts";
import type { OwnedSession } from "../../sessions/ownership.ts";
import { callByHttp } from "../http/call-by-http.ts";
import { candidateOf, principalOf } from "../http/callers.ts";
import { readInput } from "../http/read-input.ts";
import { watchRequest } from "../http/watch-request.ts";
import type { DoorNeeds } from "../needs.ts";
import { acceptCallForms, readCallForm } from "./call-form.ts";
import { toClientCallId } from "./call-ids.ts";
import { isBackend, namedPerson, personOf } from "./call-person.ts";
import { heardOf, realtimeSessionSchema } from "./client-session.ts";
import { addHangUpRoute, beginCallReply, openFamily, openTenantOf, REALTIME } from "./family.ts";
import { addSidebandRoute } from "./sideband-route.ts";

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

/** The Realtime API's routes for calls by WebRTC. */
export function addRealtimeRoutes(app: FastifyInstance, needs: DoorNeeds, adopt: (socket: WebSocket) => boolean): void {
  const { sessions, tickets } = needs;
  openFamily(app, REALTIME, needs);
  void app.register(async (calls) => addCallRoute(calls, needs));
  addHangUpRoute(app, "/calls/:id/hangup", REALTIME, needs);

  app.post("/client_secrets", async (request) => {
    const caller = await principalOf(request, needs);
    const { expires_after: expiry, session: asked } = readInput(secretRequestSchema, request.body) ?? {};
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
  });

  addSidebandRoute(app, "/", needs, {
    adopt,
    family: REALTIME,
    callIdOf: ({ query }) => readInput(attachQuery, query).call_id,
  });
}

/** Apart from the other routes, because none of them takes what this one does. */
function addCallRoute(app: FastifyInstance, needs: DoorNeeds): void {
  acceptCallForms(app);
  app.post("/calls", async (request, reply) => {
    const call = await watchRequest(request, needs, async (connect) => {
      const caller = await candidateOf(request, needs);
      readInput(noQuery, request.query);
      const { offerSdp, session } = await readCallForm(request);
      const principal = personOf(caller, namedPerson(request));
      const heard = heardOf(session, isBackend(caller), openTenantOf(caller, needs));
      return callByHttp({ principal, offerSdp, connect, ...heard }, reply, needs);
    });
    // Recorded: 201, a relative address, and text/plain whatever was asked for.
    return beginCallReply(reply, call)
      .header("location", `/v1/realtime/calls/${toClientCallId(call.callId, REALTIME.callPrefix)}`)
      .header("content-type", "text/plain; charset=utf-8")
      .send(call.answerSdp);
  });
}

const attachQuery = z.object({ call_id: z.string() });
