import { type SessionTicket, sessionTicketSchema } from "@interview-proxy/protocol";
import { type BrowserEnvironment, browserEnvironment } from "./environment.ts";
import { clientError } from "./errors.ts";
import { postToServer } from "./server-post.ts";

/** An invitation, and the server that it is for. */
export interface InvitationOptions {
  /** The server, as for an interview. */
  readonly url: string;
  /** The text of the link. */
  readonly invitation: string;
  /** Gives up waiting. */
  readonly signal?: AbortSignal | undefined;
  /** Replaces pieces of the browser. */
  readonly environment?: Partial<BrowserEnvironment> | undefined;
}

/**
 * Finds out whether an invitation leads to an interview, without redeeming it or counting as an opening. Rejects with an `InterviewError`:
 * one of the `INVITATION_…` problems, or what keeps the page from its server.
 */
export async function lookAtInvitation(options: InvitationOptions): Promise<void> {
  await postToServer(contextOf(options), "preCheck", {});
}

/**
 * Redeems an invitation: its ticket opens one connection within a minute, as `token` of an interview. Doing it again leads to the
 * same interview while that lasts. `hasConsented`: the candidate has agreed to the interview; the server keeps when it was told
 * first. Rejects as {@link lookAtInvitation} does.
 */
export async function redeemInvitation(
  options: InvitationOptions & { readonly hasConsented?: boolean | undefined },
): Promise<SessionTicket> {
  const consent = options.hasConsented === true ? { consent: true } : {};
  const reply = sessionTicketSchema.safeParse(await postToServer(contextOf(options), "redemption", consent));
  if (!reply.success) throw clientError("BAD_SERVER_REPLY");
  return reply.data;
}

function contextOf({ url, invitation, signal = new AbortController().signal, environment = {} }: InvitationOptions) {
  return { options: { url, invitation }, environment: browserEnvironment(environment), signal };
}
