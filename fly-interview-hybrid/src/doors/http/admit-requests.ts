import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { ProxyError } from "../../errors.ts";
import { SessionElsewhere } from "../../sessions/elsewhere.ts";
import type { DoorNeeds } from "../needs.ts";
import { RELAY_HEADER } from "../relay/relay-header.ts";
import { admitAddressOf, redeemPass } from "./callers.ts";

/** Lets requests in below a path: counts them, looks where their page is from, and knows those that another machine passed on. */
export function admitRequests(app: FastifyInstance, needs: DoorNeeds): void {
  app.decorateRequest("credential", undefined);
  app.decorateRequest("signIn", undefined);
  app.decorateRequest("isRelayed", false);
  app.addHook("onRequest", async (request, reply) => {
    // Nothing here is for a cache: it is about persons, and opens doors.
    void reply.header("cache-control", "no-store");
    const pass = request.headers[RELAY_HEADER];
    if (pass !== undefined) {
      request.credential = await redeemPass(request, pass, needs);
      // The machine that passed it on has counted it.
      request.isRelayed = true;
      return;
    }
    await admitAddressOf(request, needs);
    if (!needs.isOriginAllowed(request.headers.origin, request.headers.host))
      throw new ProxyError("ORIGIN_NOT_ALLOWED");
  });
}

/** Has the machine that runs the session answer, where that is another; throws any other error, and this one the second time. */
export async function answerElsewhere(
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  { relay, signIns }: Pick<DoorNeeds, "relay" | "signIns">,
): Promise<FastifyReply> {
  const { credential, isRelayed, signIn } = request;
  if (!(error instanceof SessionElsewhere) || credential === undefined || isRelayed) throw error;
  // The other machine knows of no cookie, so its stream is cut here.
  if (signIn !== undefined)
    reply.raw.once(
      "close",
      signIns.whenOver(signIn, () => reply.raw.destroy()),
    );
  return relay.answer(error.address, request, credential, reply);
}
