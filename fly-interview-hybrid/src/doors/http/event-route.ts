import type { FastifyInstance } from "fastify";
import * as z from "zod/mini";
import { invalidField, toProxyError } from "../../errors.ts";
import type { Following, Heard } from "../../sessions/follow-session.ts";
import type { DoorNeeds } from "../needs.ts";
import { replayElsewhere } from "../relay/fly-replay.ts";
import { personOfSessionOrStaffWith } from "../operations/access.ts";
import { ofId } from "../operations/operation.ts";
import { serveOn } from "../operations/serve.ts";
import { reportError } from "../report-error.ts";
import { type EventStream, readEventId } from "./event-stream.ts";
import { endWithSignIn, OpenStreams, sendStream } from "./open-streams.ts";

/** Streams of one session at once: beside its person a few people watch. */
const MAX_STREAMS_OF_SESSION = 16;

/** How often it is looked where a session is that waits for its person, in milliseconds: it may start on another machine. */
const LOOK_EVERY_MS = 1000;

const FROM_THE_BEGINNING: Heard = { seq: 0, turn: 0, toTheEnd: false };

/** What happens in a session, as server-sent events. */
export function addEventRoute(app: FastifyInstance, needs: DoorNeeds): void {
  const { config, clock, log, sessions, signIns } = needs;
  const serve = serveOn(app, needs);
  const streams = new OpenStreams(app, clock, { most: config.MAX_CONNECTIONS, mostOfOne: MAX_STREAMS_OF_SESSION });
  needs.metrics.gauge("interview_event_streams", "Event streams that are open.", () => streams.size);

  /** Beats while the stream is open. */
  const keepAlive = (stream: EventStream, following: Following, requestId: string): void => {
    const look = (): Promise<void> =>
      following.look().catch((error: unknown) => reportError(log, toProxyError(error), requestId));
    const beat = (): void => {
      // An interview that is over, and that is not read to its end by now, will not be.
      if (following.isOver) return void stream.body.destroy();
      stream.beat();
      void look();
      cancelBeat = clock.after(config.HEARTBEAT_SECONDS * 1000, beat);
    };
    const lookOut = async (): Promise<void> => {
      if (following.isWaiting) await look();
      if (!stream.body.destroyed) cancelLook = clock.after(LOOK_EVERY_MS, () => void lookOut());
    };
    let cancelBeat = clock.after(config.HEARTBEAT_SECONDS * 1000, beat);
    let cancelLook = clock.after(LOOK_EVERY_MS, () => void lookOut());
    stream.body.once("close", () => {
      cancelBeat();
      cancelLook();
      following.stop();
    });
  };

  serve(
    {
      method: "GET",
      path: "/sessions/:id/events",
      id: "followSession",
      summary: "Tells what happens in a session, as server-sent events",
      description: "The data of each event is a ServerMessage, as JSON. 204: all of it was told before.",
      by: personOfSessionOrStaffWith("operate", "observe"),
      params: ofId,
      headers: { "Last-Event-ID": "The id of the last event that was heard, to go on behind it." },
      replies: { 200: { "text/event-stream": z.string() }, 204: null },
      errors: ["INVALID_MESSAGE", "SESSION_FORBIDDEN", "CONNECTION_LIMIT", "SESSION_BUSY"],
      route: {
        // HEAD would open a stream that nobody reads.
        exposeHeadRoute: false,
        preHandler: (request, reply) => replayElsewhere(request, reply, needs),
      },
    },
    async ({ caller, params: { id }, request, reply }) => {
      const heard = readLastEventId(request.headers["last-event-id"]);
      const following = await sessions.follow(id, caller, heard);
      const stream = streams.open(id);
      keepAlive(stream, following, request.id);
      endWithSignIn(stream, request, signIns);
      try {
        await following.begin({ onEvent: (event, told) => stream.write(event, told), onEnd: () => stream.end() });
      } catch (error) {
        stream.body.destroy();
        throw error;
      }
      if (heard.toTheEnd && following.isOver) {
        stream.body.destroy();
        // Tells an EventSource not to come back (HTML standard, section 9.2.3).
        return reply.code(204).send();
      }
      stream.beginToCount();
      return sendStream(reply, stream);
    },
  );
}

function readLastEventId(header: string | string[] | undefined): Heard {
  if (header === undefined || header === "") return FROM_THE_BEGINNING;
  const heard = typeof header === "string" ? readEventId(header) : undefined;
  if (heard === undefined) throw invalidField("Last-Event-ID");
  return heard;
}
