import {
  createdInvitationSchema,
  createInvitationRequestSchema,
  invitationListSchema,
  invitationSchema,
  listInvitationsQuerySchema,
  redeemInvitationRequestSchema,
  sessionTicketSchema,
} from "@interview-proxy/protocol";
import type { FastifyInstance } from "fastify";
import type { Config } from "../../config/config.ts";
import { ProxyError } from "../../errors.ts";
import { toIsoTime } from "../../iso-time.ts";
import type { DoorNeeds } from "../needs.ts";
import { anybody, staffWith, INVITATION_ERRORS } from "../operations/access.ts";
import { LOCATION, ofId } from "../operations/operation.ts";
import { serveOn } from "../operations/serve.ts";
import { toPageSize } from "./read-input.ts";
import { toScheduleRequest } from "./session-routes.ts";
import { ticketFor } from "./session-ticket.ts";

/** Invitations, as the platform's backend makes them and a candidate redeems one. */
export function addInvitationRoutes(app: FastifyInstance, needs: DoorNeeds): void {
  const { config, invitationTexts, sessions } = needs;
  const { invitations } = sessions;
  const serve = serveOn(app, needs);

  serve(
    {
      method: "POST",
      path: "/invitations",
      id: "createInvitation",
      summary: "Invites a person to an interview",
      by: staffWith("operate"),
      body: createInvitationRequestSchema,
      example: { person: "ada", persona: "alloy", expiresInSeconds: 604_800 },
      replies: { 201: createdInvitationSchema },
      replyHeaders: LOCATION,
    },
    async ({ caller, body: { expiresInSeconds, ...body }, reply }) => {
      const record = await invitations.invite(caller, { ...toScheduleRequest(body), expiresInSeconds });
      const invitation = invitationTexts.write(record);
      void reply.header("location", `/api/invitations/${record.id}`);
      const url = linkTo(invitation, config);
      return { invitationId: record.id, invitation, ...(url && { url }), expiresAt: toIsoTime(record.expiresAt) };
    },
  );

  serve(
    {
      method: "POST",
      path: "/invitations/redeem",
      id: "redeemInvitation",
      summary: "Redeems an invitation for a ticket",
      description:
        "Its text is the credential, so that no sign-in is asked for. Consent is kept with the time at which it was told first.",
      by: anybody,
      body: redeemInvitationRequestSchema,
      example: { invitation: "inv_of-nobody" },
      replies: { 201: sessionTicketSchema },
      errors: [...INVITATION_ERRORS, "RECORDS_UNAVAILABLE"],
    },
    async ({ body: { invitation, consent }, request }) => {
      const named = invitationTexts.read(invitation);
      if (named === undefined) throw new ProxyError("INVITATION_INVALID");
      return ticketFor(await invitations.redeem(named, consent === true), request, needs);
    },
  );

  serve(
    {
      method: "GET",
      path: "/invitations",
      id: "listInvitations",
      summary: "Lists invitations, newest first",
      by: staffWith("operate", "observe"),
      query: listInvitationsQuerySchema,
      replies: { 200: invitationListSchema },
    },
    async ({ caller, query }) => invitations.list(caller, { ...query, limit: toPageSize(query) }),
  );

  serve(
    {
      method: "GET",
      path: "/invitations/:id",
      id: "getInvitation",
      summary: "Describes an invitation, without its text",
      by: staffWith("operate", "observe"),
      params: ofId,
      replies: { 200: invitationSchema },
      errors: ["NOT_FOUND"],
    },
    async ({ caller, params }) => invitations.describe(params.id, caller),
  );

  serve(
    {
      method: "DELETE",
      path: "/invitations/:id",
      id: "revokeInvitation",
      summary: "Revokes an invitation: it opens nothing any more",
      description: "A second time does nothing more.",
      by: staffWith("operate"),
      params: ofId,
      replies: { 204: null },
      errors: ["NOT_FOUND"],
    },
    async ({ caller, params }) => invitations.revoke(params.id, caller),
  );
}

/** The page for people that redeems it; `undefined` where no address is known at which browsers reach one. */
function linkTo(invitation: string, { INVITATION_URL, PUBLIC_URL }: Config): string | undefined {
  const page = INVITATION_URL ?? (PUBLIC_URL === undefined ? undefined : `${PUBLIC_URL}/interview`);
  if (page === undefined) return undefined;
  const link = new URL(page);
  link.searchParams.set("invitation", invitation);
  return link.href;
}
