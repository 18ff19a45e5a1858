import type { ErrorCode } from "@interview-proxy/protocol";
import type { RouteShorthandOptions } from "fastify";
import * as z from "zod/mini";
import type { Access } from "./access.ts";

export type Schema = z.ZodMiniType;

/** Media types that are not JSON, and what each holds. */
export type Forms = Readonly<Record<`${string}/${string}`, Schema>>;

/** What a reply holds: JSON, other media types, or nothing. */
export type Content = Schema | Forms | null;

/** Headers of a reply that clients need, and what they say. */
export type ReplyHeaders = Readonly<Record<string, string>>;

/** The part of a path that names what a route is about. */
export const ofId = z.object({ id: z.string() });

/** Of replies with 201. */
export const LOCATION: ReplyHeaders = { Location: "Where it is from now on." };

/**
 * A route as it is declared, once: requests are let in and read by it, and `/api/openapi.json` is made of it. `undefined` in
 * place of a schema: there is nothing to read.
 */
export interface Operation<Caller, Params, Query, Body, Replies> {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Below the prefix of its door. */
  readonly path: string;
  /** Its name in generated clients. */
  readonly id: string;
  /** One line: what it is for. */
  readonly summary: string;
  /** What else its caller should know. */
  readonly description?: string;
  readonly by: Access<Caller>;
  readonly params?: Params;
  readonly query?: Query;
  /** JSON. */
  readonly body?: Body;
  /** A body that is accepted. */
  readonly example?: unknown;
  /** Bodies that its handler reads by itself. */
  readonly forms?: Forms;
  /** Headers that it reads, beside the credential. */
  readonly headers?: Readonly<Record<string, string>>;
  /** By status; the lowest is the one it has unless its handler says otherwise. */
  readonly replies: Replies;
  readonly replyHeaders?: ReplyHeaders;
  /** Codes of the table beside those that the declaration brings with it. */
  readonly errors?: readonly ErrorCode[];
  /** How Fastify is to treat it. */
  readonly route?: Pick<RouteShorthandOptions, "exposeHeadRoute" | "preHandler">;
}

/** Any route, as it is told of. */
export type DeclaredOperation = Operation<
  unknown,
  Schema | undefined,
  Schema | undefined,
  Schema | undefined,
  Readonly<Record<number, Content>>
>;

/** For a route that Fastify is given by itself: what is told of it. */
export function told(operation: DeclaredOperation): { readonly config: { readonly operation: DeclaredOperation } } {
  return { config: { operation } };
}

/** For a route that is nobody's to call by itself, and why. */
export function untold(why: string): { readonly config: { readonly untold: string } } {
  return { config: { untold: why } };
}

declare module "fastify" {
  interface FastifyContextConfig {
    readonly operation?: DeclaredOperation;
    /** Why a route is not in `/api/openapi.json`. */
    readonly untold?: string;
  }
}
