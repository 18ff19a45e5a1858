import { createSessionRequestSchema } from "@interview-proxy/protocol";
import type { FastifyRequest } from "fastify";
import { personKey } from "../../auth/admission.ts";
import type { Principal } from "../../auth/principal.ts";
import { invalidField, ProxyError } from "../../errors.ts";
import { PERSON_HEADER } from "./headers.ts";

/** Of requests for a call. */
export const PERSON_HEADERS = {
  "OpenAI-Safety-Identifier": "From a backend: the person whose interview it is.",
};

/** True for a backend, which acts for others. */
export function isBackend(principal: Principal): boolean {
  return principal.scopes.has("operate");
}

/** The person whom a backend names in the header that OpenAI takes for that. */
export function namedPerson({ headers }: FastifyRequest): string | undefined {
  const named = headers[PERSON_HEADER];
  return typeof named === "string" ? named : undefined;
}

/**
 * Whose interview it is: of the person whom a backend names, else the caller's own. What a candidate names is not looked at.
 * Throws FORBIDDEN, and INVALID_MESSAGE where a backend names nobody.
 */
export function personOf(principal: Principal, named: string | undefined): Principal {
  if (isBackend(principal) && (named !== undefined || !principal.scopes.has("interview"))) {
    const person = createSessionRequestSchema.shape.person.safeParse(named);
    if (!person.success) throw invalidField("OpenAI-Safety-Identifier");
    const { tenant, session } = principal;
    const countedAs = personKey(tenant, person.data);
    return { tenant, person: person.data, countedAs, scopes: new Set(["interview"]), session };
  }
  if (!principal.scopes.has("interview")) throw new ProxyError("FORBIDDEN");
  return principal;
}
