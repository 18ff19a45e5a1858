import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type * as z from "zod/mini";
import type { ConnectWatch } from "../../ops/connect-watch.ts";
import { readInput } from "../http/read-input.ts";
import { watchRequest } from "../http/watch-request.ts";
import type { DoorNeeds } from "../needs.ts";
import { type Content, type DeclaredOperation, type Operation, type Schema, told } from "./operation.ts";

/** A request that was let in, with what of it the declaration names. */
export interface Call<Caller, Params, Query, Body> {
  readonly caller: Caller;
  readonly params: Read<Params>;
  readonly query: Read<Query>;
  readonly body: Read<Body>;
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
}

type Read<S> = S extends Schema ? z.output<S> : undefined;

/** What a handler answers with: what the JSON of a reply is, or a reply that it has sent. */
type Answer<Replies> = AnswerOf<Replies[keyof Replies]>;
type AnswerOf<C> = C extends Schema ? z.output<C> : C extends null ? undefined | void : FastifyReply;

/** Adds declared routes to a door. The caller is known before anything else of a request is looked at. */
export interface Serve<Extra = object> {
  <
    Caller,
    Replies extends Readonly<Record<number, Content>>,
    Params extends Schema | undefined = undefined,
    Query extends Schema | undefined = undefined,
    Body extends Schema | undefined = undefined,
  >(
    operation: Operation<Caller, Params, Query, Body, Replies>,
    answer: (call: Call<Caller, Params, Query, Body> & Extra) => Promise<Answer<Replies> | FastifyReply>,
  ): void;
}

/** A request that makes a call. */
interface Connecting {
  readonly connect: ConnectWatch;
}

/** What is done around the whole of a request, sign-in and all. */
type Around<Extra> = <Result>(request: FastifyRequest, work: (extra: Extra) => Promise<Result>) => Promise<Result>;

export function serveOn(app: FastifyInstance, needs: DoorNeeds): Serve {
  return serveAround<object>(app, needs, (_request, work) => work({}));
}

/** The same for routes that make a call in one request, which are watched while they do. */
export function serveConnectsOn(app: FastifyInstance, needs: DoorNeeds): Serve<Connecting> {
  return serveAround<Connecting>(app, needs, (request, work) =>
    watchRequest(request, needs, (connect) => work({ connect })),
  );
}

function serveAround<Extra>(app: FastifyInstance, needs: DoorNeeds, around: Around<Extra>): Serve<Extra> {
  return (operation, answer) => {
    const { method, path, by, params, query, body, replies, route } = operation;
    const status = Math.min(...Object.keys(replies).map(Number));
    app.route({
      ...route,
      method,
      url: path,
      ...told(operation as DeclaredOperation),
      handler: (request, reply) =>
        around(request, async (extra) => {
          const call = {
            caller: await by.callerOf(request, needs),
            params: read(params, request.params),
            query: read(query, request.query),
            body: read(body, request.body),
            request,
            reply,
          };
          void reply.code(status);
          const answered = await answer({ ...call, ...extra });
          // A reply that the handler has sent was awaited to its end, and nothing is left of it: the reader may have left before.
          return answered === undefined && !reply.raw.headersSent ? reply.send() : answered;
        }),
    });
  };
}

function read<S extends Schema | undefined>(schema: S | undefined, input: unknown): Read<S> {
  return (schema === undefined ? undefined : readInput(schema, input)) as Read<S>;
}
