import {
  type CreatedInvitation,
  createdInvitationSchema,
  type ErrorBody,
  type RedeemInvitationRequest,
  type SessionTicket,
  sessionTicketSchema,
} from "@interview-proxy/protocol";
import { expect } from "vitest";
import { type Platform, startPlatform } from "./platform.ts";
import type { ProxyTestOptions, ProxyUnderTest } from "./start-proxy.ts";

type Reply = Awaited<ReturnType<ProxyUnderTest["fetch"]>>;

/** What is presented with a text. */
interface Presentation extends Pick<RedeemInvitationRequest, "consent"> {
  readonly headers?: Record<string, string>;
}

export interface Inviting extends Platform {
  /** Invites a person; the text may be in no log line from then on. */
  readonly invite: (person: string, body?: object) => Promise<CreatedInvitation>;
  /** Presents a text as a candidate's page does, without a sign-in. */
  readonly present: (text: string, init?: Presentation) => Promise<Reply>;
  readonly redeem: (
    invitation: Pick<CreatedInvitation, "invitation">,
    consent?: Pick<RedeemInvitationRequest, "consent">,
  ) => Promise<SessionTicket>;
  /** Presents a text that is refused; the error that says why. */
  readonly refused: (invitation: Pick<CreatedInvitation, "invitation">) => Promise<ErrorBody>;
}

/** A platform that invites. */
export async function startInviting(options: ProxyTestOptions = {}): Promise<Inviting> {
  const platform = await startPlatform(options);
  const { proxy, ask } = platform;
  const present: Inviting["present"] = (text, { headers = {}, ...consent } = {}) =>
    proxy.fetch("/api/invitations/redeem", {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify({ invitation: text, ...consent }),
    });
  return {
    ...platform,
    present,
    async invite(person, body = {}) {
      const reply = await ask("POST", "/api/invitations", { body: { person, ...body } });
      expect(reply.status).toBe(201);
      return createdInvitationSchema.parse(reply.json);
    },
    async redeem({ invitation }, consent) {
      const reply = await present(invitation, consent);
      expect(reply.status).toBe(201);
      return sessionTicketSchema.parse(reply.json);
    },
    async refused({ invitation }) {
      const { status, json } = await present(invitation);
      expect(status).toBeGreaterThanOrEqual(400);
      return (json as { error: ErrorBody }).error;
    },
  };
}
