import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { OperatorSignIns } from "../../auth/operator-sign-ins.ts";
import type { Clock } from "../../clock.ts";
import { ProxyError } from "../../errors.ts";
import { EventStream } from "./event-stream.ts";

/** When the server stops, readers get so long for their last events, in milliseconds. */
const CLOSE_GRACE_MS = 1000;

export interface StreamLimits {
  /** Open at once, of all and of one. */
  readonly most: number;
  readonly mostOfOne: number;
}

/** The event streams of a route that are open. They end with the server. */
export class OpenStreams {
  readonly #limits: StreamLimits;
  /** And of whom or what each is. */
  readonly #streams = new Map<EventStream, string>();

  constructor(app: FastifyInstance, clock: Clock, limits: StreamLimits) {
    this.#limits = limits;
    app.addHook("preClose", async () => {
      await Promise.all([...this.#streams.keys()].map((stream) => closeStream(stream, clock)));
    });
  }

  get size(): number {
    return this.#streams.size;
  }

  /** Opens one more. Throws CONNECTION_LIMIT. */
  open(of: string): EventStream {
    const { most, mostOfOne } = this.#limits;
    const ofOne = [...this.#streams.values()].filter((other) => other === of).length;
    if (this.size >= most || ofOne >= mostOfOne) throw new ProxyError("CONNECTION_LIMIT");
    const stream = new EventStream();
    this.#streams.set(stream, of);
    stream.body.once("close", () => this.#streams.delete(stream));
    return stream;
  }
}

/** Ends a stream when the operator is signed out by whose cookie it was opened, if it was. */
export function endWithSignIn(stream: EventStream, { signIn }: FastifyRequest, signIns: OperatorSignIns): void {
  if (signIn === undefined) return;
  stream.body.once(
    "close",
    signIns.whenOver(signIn, () => stream.end()),
  );
}

/** Answers with a stream. */
export function sendStream(reply: FastifyReply, stream: EventStream): FastifyReply {
  return reply
    .header("content-type", "text/event-stream; charset=utf-8")
    .header("x-accel-buffering", "no")
    .send(stream.body);
}

/** Ends a stream; fulfilled when its reader has read it, or has had the time to. */
function closeStream(stream: EventStream, clock: Clock): Promise<void> {
  return new Promise((resolve) => {
    const cancel = clock.after(CLOSE_GRACE_MS, () => stream.body.destroy());
    stream.body.once("close", () => {
      cancel();
      resolve();
    });
    stream.end();
  });
}
