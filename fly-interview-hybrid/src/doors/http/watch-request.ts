import { traceparentSchema } from "@interview-proxy/protocol";
import type { FastifyRequest } from "fastify";
import { toProxyError } from "../../errors.ts";
import type { ConnectWatch } from "../../ops/connect-watch.ts";
import { SessionElsewhere } from "../../sessions/elsewhere.ts";
import type { DoorNeeds } from "../needs.ts";

/** Watches a connect that is one request. `work` ends it by itself when the client has its answer; its failure ends it too. */
export async function watchRequest<Result>(
  request: FastifyRequest,
  { watchConnect }: Pick<DoorNeeds, "watchConnect">,
  work: (connect: ConnectWatch) => Promise<Result>,
): Promise<Result> {
  const { id: requestId, headers, isRelayed } = request;
  // Whatever else a client sends in it is its own business, and no reason to refuse the request.
  const traceparent = traceparentSchema.safeParse(headers["traceparent"]);
  const connect = watchConnect({ step: "auth", requestId, traceparent: traceparent.data });
  request.connect = connect;
  try {
    return await work(connect);
  } catch (error) {
    // The machine that the request is passed on to watches by itself.
    if (!(error instanceof SessionElsewhere) || isRelayed) connect.fail(toProxyError(error).code);
    throw error;
  }
}
