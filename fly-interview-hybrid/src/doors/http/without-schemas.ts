import type { FastifyServerOptions } from "fastify";

/**
 * For a server whose routes have no JSON schemas: requests are read by ours (zod). Where nothing is said Fastify loads what
 * compiles them, which is 30 of the 400 ms of processor time that a start takes (measured).
 */
export const WITHOUT_SCHEMAS: NonNullable<FastifyServerOptions["schemaController"]> = {
  compilersFactory: { buildValidator: refuse, buildSerializer: refuse },
};

function refuse(): never {
  throw new Error("Routes have no JSON schemas here.");
}
