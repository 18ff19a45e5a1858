import type { FastifyInstance, FastifyRequest } from "fastify";
import * as z from "zod/mini";
import { requireTenantScope, type Principal } from "../../auth/principal.ts";
import { ProxyError } from "../../errors.ts";
import type { DoorNeeds } from "../needs.ts";
import { staffWith } from "../operations/access.ts";
import { serveOn } from "../operations/serve.ts";
import { closeStream, EventStream } from "./event-stream.ts";

/** Streams that are open at once, of one tenant's operators and of all. */
const MAX_STREAMS_OF_TENANT = 64;
const MAX_STREAMS = 512;

/** A timer for more than that fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** What runs, and how the server stands, as server-sent events for operators. */
export function addOperatorStream(app: FastifyInstance, needs: DoorNeeds): void {
  const { clock, metrics, operatorFeeds } = needs;
  const serve = serveOn(app, needs);
  /** Open streams, and the tenant of each. */
  const open = new Map<EventStream, string>();
  metrics.gauge("interview_operator_streams", "Streams of operators that are open.", () => open.size);

  const openStream = (tenant: string): EventStream => {
    const ofTenant = [...open.values()].filter((id) => id === tenant).length;
    if (open.size >= MAX_STREAMS || ofTenant >= MAX_STREAMS_OF_TENANT) throw new ProxyError("CONNECTION_LIMIT");
    const stream = new EventStream();
    open.set(stream, tenant);
    stream.body.once("close", () => open.delete(stream));
    return stream;
  };

  /** Ends a stream with what it was opened by. */
  const endInTime = (stream: EventStream, { signIn }: FastifyRequest, { expiresAt }: Principal): void => {
    const end = (): void => stream.end();
    if (signIn !== undefined) stream.body.once("close", needs.signIns.whenOver(signIn, end));
    if (signIn !== undefined || expiresAt === undefined) return;
    const left = Math.min(Math.max(0, expiresAt - clock.now()), LONGEST_TIMER_MS);
    stream.body.once("close", clock.after(left, end));
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
      const stream = openStream(caller.tenant);
      endInTime(stream, request, caller);
      stream.beginToCount();
      stream.body.once(
        "close",
        operatorFeeds.watch(caller.tenant, {
          onEvent: (type, data) => stream.tell(type, data),
          onEnd: () => stream.end(),
        }),
      );
      return reply
        .header("content-type", "text/event-stream; charset=utf-8")
        .header("x-accel-buffering", "no")
        .send(stream.body);
    },
  );

  app.addHook("preClose", async () => {
    await Promise.all([...open.keys()].map((stream) => closeStream(stream, clock)));
  });
}
