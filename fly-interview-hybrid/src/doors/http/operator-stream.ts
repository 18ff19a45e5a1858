import type { FastifyInstance, FastifyRequest } from "fastify";
import * as z from "zod/mini";
import { requireTenantScope, type Principal } from "../../auth/principal.ts";
import type { DoorNeeds } from "../needs.ts";
import { staffWith } from "../operations/access.ts";
import { serveOn } from "../operations/serve.ts";
import type { EventStream } from "./event-stream.ts";
import { endWithSignIn, OpenStreams, sendStream } from "./open-streams.ts";

/** Streams that are open at once, of one tenant's operators and of all. */
const MAX_STREAMS_OF_TENANT = 64;
const MAX_STREAMS = 512;

/** A timer for more than that fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** What runs, and how the server stands, as server-sent events for operators. */
export function addOperatorStream(app: FastifyInstance, needs: DoorNeeds): void {
  const { clock, metrics, operatorFeeds } = needs;
  const serve = serveOn(app, needs);
  const streams = new OpenStreams(app, clock, { most: MAX_STREAMS, mostOfOne: MAX_STREAMS_OF_TENANT });
  metrics.gauge("interview_operator_streams", "Streams of operators that are open.", () => streams.size);

  /** Ends a stream with what it was opened by. */
  const endInTime = (stream: EventStream, request: FastifyRequest, { expiresAt }: Principal): void => {
    endWithSignIn(stream, request, needs.signIns);
    if (request.signIn !== undefined || expiresAt === undefined) return;
    const left = Math.min(Math.max(0, expiresAt - clock.now()), LONGEST_TIMER_MS);
    stream.body.once(
      "close",
      clock.after(left, () => stream.end()),
    );
  };

  serve(
    {
      method: "GET",
      path: "/operators/stream",
      id: "watchSessions",
      summary: "Tells what runs, and how the server stands, as server-sent events",
      description:
        "The data of each event is an OperatorEvent, as JSON; its event is that one's type. It ends with the sign-in.",
      by: staffWith("operate", "observe"),
      replies: { 200: { "text/event-stream": z.string() } },
      errors: ["CONNECTION_LIMIT"],
      // HEAD would open a stream that nobody reads.
      route: { exposeHeadRoute: false },
    },
    async ({ caller, request, reply }) => {
      requireTenantScope(caller, ["operate", "observe"]);
      const stream = streams.open(caller.tenant);
      endInTime(stream, request, caller);
      stream.beginToCount();
      stream.body.once(
        "close",
        operatorFeeds.watch(caller.tenant, {
          onEvent: (type, data) => stream.tell(type, data),
          onEnd: () => stream.end(),
        }),
      );
      return sendStream(reply, stream);
    },
  );
}
