import {
  type CreatedInvitation,
  createInvitationRequestSchema,
  type Invitation,
  type InvitationList,
  listInvitationsQuerySchema,
  redeemInvitationRequestSchema,
  type SessionTicket,
} from "@interview-proxy/protocol";
import type { FastifyInstance } from "fastify";
import type { Config } from "../../config/config.ts";
import { ProxyError } from "../../errors.ts";
import { toIsoTime } from "../../iso-time.ts";
import type { DoorNeeds } from "../needs.ts";
import { principalOf } from "./callers.ts";
import { DEFAULT_PAGE, readInput } from "./read-input.ts";
import { toScheduleRequest } from "./session-routes.ts";
import { ticketFor } from "./session-ticket.ts";

interface OfInvitation {
  Params: { id: string };
}

/** Invitations, as the platform's backend makes them and a candidate redeems one. */
export function addInvitationRoutes(app: FastifyInstance, needs: DoorNeeds): void {
  const { config, invitationTexts, sessions } = needs;
  const { invitations } = sessions;

  app.post("/invitations", async (request, reply): Promise<CreatedInvitation> => {
    const principal = await principalOf(request, needs);
    const { expiresInSeconds, ...body } = readInput(createInvitationRequestSchema, request.body);
    const record = await invitations.invite(principal, { ...toScheduleRequest(body), expiresInSeconds });
    const invitation = invitationTexts.write(record);
    void reply.code(201).header("location", `/api/invitations/${record.id}`);
    const url = linkTo(invitation, config);
    return { invitationId: record.id, invitation, ...(url && { url }), expiresAt: toIsoTime(record.expiresAt) };
  });

  // Its text is the credential, so that no sign-in is asked for.
  app.post("/invitations/redeem", async (request, reply): Promise<SessionTicket> => {
    const { invitation, consent } = readInput(redeemInvitationRequestSchema, request.body);
    const named = invitationTexts.read(invitation);
    if (named === undefined) throw new ProxyError("INVITATION_INVALID");
    const session = await invitations.redeem(named, consent === true);
    void reply.code(201);
    return ticketFor(session, request, needs);
  });

  app.get("/invitations", async (request): Promise<InvitationList> => {
    const principal = await principalOf(request, needs);
    const { limit, ...query } = readInput(listInvitationsQuerySchema, request.query);
    return invitations.list(principal, { ...query, limit: limit === undefined ? DEFAULT_PAGE : Number(limit) });
  });

  app.get<OfInvitation>("/invitations/:id", async (request): Promise<Invitation> => {
    return invitations.describe(request.params.id, await principalOf(request, needs));
  });

  app.delete<OfInvitation>("/invitations/:id", async (request, reply) => {
    await invitations.revoke(request.params.id, await principalOf(request, needs));
    return reply.code(204).send();
  });
}

/** The page for people that redeems it; `undefined` where no address is known at which browsers reach one. */
function linkTo(invitation: string, { INVITATION_URL, PUBLIC_URL }: Config): string | undefined {
  const page = INVITATION_URL ?? (PUBLIC_URL === undefined ? undefined : `${PUBLIC_URL}/interview`);
  if (page === undefined) return undefined;
  const link = new URL(page);
  link.searchParams.set("invitation", invitation);
  return link.href;
}
