import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type * as z from "zod/mini";
import { readInput } from "../http/read-input.ts";
import type { DoorNeeds } from "../needs.ts";
import type { Content, DeclaredOperation, Operation, Schema } from "./operation.ts";

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
export interface Serve {
  <
    Caller,
    Replies extends Readonly<Record<number, Content>>,
    Params extends Schema | undefined = undefined,
    Query extends Schema | undefined = undefined,
    Body extends Schema | undefined = undefined,
  >(
    operation: Operation<Caller, Params, Query, Body, Replies>,
    answer: (call: Call<Caller, Params, Query, Body>) => Promise<Answer<Replies> | FastifyReply>,
  ): void;
}

export function serveOn(app: FastifyInstance, needs: DoorNeeds): Serve {
  return (operation, answer) => {
    const { method, path, by, params, query, body, replies, route } = operation;
    const status = Math.min(...Object.keys(replies).map(Number));
    app.route({
      ...route,
      method,
      url: path,
      config: { operation: operation as DeclaredOperation },
      async handler(request, reply) {
        const call = {
          caller: await by.callerOf(request, needs),
          params: read(params, request.params),
          query: read(query, request.query),
          body: read(body, request.body),
          request,
          reply,
        };
        void reply.code(status);
        const answered = await answer(call);
        return answered === undefined ? reply.send() : answered;
      },
    });
  };
}

function read<S extends Schema | undefined>(schema: S | undefined, input: unknown): Read<S> {
  return (schema === undefined ? undefined : readInput(schema, input)) as Read<S>;
}
