import { type ErrorCode, redeemInvitationRequestSchema } from "@interview-proxy/protocol";
import type { FastifyRequest } from "fastify";
import * as z from "zod/mini";
import { admitPerson } from "../../auth/admission.ts";
import type { SessionCredential } from "../../auth/credentials.ts";
import { OPERATOR_SCOPES, type OperatorScope, type OperatorSignIn } from "../../auth/operator-sign-ins.ts";
import { DEFAULT_TENANT, type Principal, requireScope, type Scope } from "../../auth/principal.ts";
import { ProxyError } from "../../errors.ts";
import { candidateOf, credentialOf, principalOf, requireOrigin, signInOf } from "../http/callers.ts";
import type { DoorNeeds } from "../needs.ts";

/** One way to be let in; the names are those of the document's security schemes. */
export type Credential =
  | { readonly token: readonly [Scope] }
  /** Of an operator who is signed in; what changes something needs the mark of the page, too. */
  | { readonly operatorCookie: readonly [Scope] }
  | { readonly resumeToken: readonly [] }
  | { readonly simulation: readonly [] }
  /** Without any: the body says it. */
  | Readonly<Record<string, never>>;

/** Who may use a route, and how it is found out who asks. Whose scope is missing gets FORBIDDEN, here or from the rules. */
export interface Access<Caller> {
  /** Any of them will do; without any, anybody may. */
  readonly credentials: readonly Credential[];
  readonly errors: readonly ErrorCode[];
  readonly callerOf: (request: FastifyRequest, needs: DoorNeeds) => Promise<Caller>;
}

export const SIGN_IN_ERRORS = [
  "UNAUTHENTICATED",
  "TOKEN_EXPIRED",
  "TOKEN_REPLAYED",
  "FORBIDDEN",
  "RECORDS_UNAVAILABLE",
] as const satisfies readonly ErrorCode[];

/** What an invitation may be refused for. */
export const INVITATION_ERRORS = [
  "INVITATION_INVALID",
  "INVITATION_EXPIRED",
  "INVITATION_REVOKED",
  "INVITATION_USED",
  "INVITATION_EXHAUSTED",
] as const satisfies readonly ErrorCode[];

/** No sign-in is asked for. */
export const anybody: Access<undefined> = {
  credentials: [],
  errors: [],
  callerOf: async () => undefined,
};

const OPERATOR_ERRORS = [...SIGN_IN_ERRORS, "CSRF_TOKEN_INVALID"] as const satisfies readonly ErrorCode[];

/** Who has a token with one of these scopes. */
export function holderOf(...scopes: readonly Scope[]): Access<Principal> {
  return { credentials: tokensWith(scopes), errors: SIGN_IN_ERRORS, callerOf: principalOf };
}

/** The same, or an operator of the page: whoever looks after the interviews of a tenant. */
export function staffWith(...scopes: readonly OperatorScope[]): Access<Principal> {
  return {
    credentials: [...tokensWith(scopes), ...cookiesWith(scopes)],
    errors: OPERATOR_ERRORS,
    callerOf: (request, needs) => principalOf(request, needs, OR_OPERATOR),
  };
}

/** An operator who is signed in by the cookie of the page. */
export const operatorOfPage: Access<OperatorSignIn> = {
  credentials: cookiesWith(OPERATOR_SCOPES),
  errors: OPERATOR_ERRORS,
  callerOf: signInOf,
};

/** The person of the session that is named, or who has a token with one of these scopes. */
export function personOfSessionOr(...scopes: readonly Scope[]): Access<SessionCredential> {
  return {
    credentials: [...tokensWith(["interview"]), { resumeToken: [] }, ...tokensWith(scopes)],
    errors: SIGN_IN_ERRORS,
    callerOf: credentialOf,
  };
}

/** The same, or an operator of the page. */
export function personOfSessionOrStaffWith(...scopes: readonly OperatorScope[]): Access<SessionCredential> {
  return {
    credentials: [...personOfSessionOr(...scopes).credentials, ...cookiesWith(scopes)],
    errors: OPERATOR_ERRORS,
    callerOf: (request, needs) => credentialOf(request, needs, OR_OPERATOR),
  };
}

/** Who holds an interview, begins one or comes back to it; a visitor too, where the simulation is open. */
export const candidateOrVisitor: Access<Principal> = {
  credentials: [...tokensWith(["interview"]), { resumeToken: [] }, { simulation: [] }],
  errors: SIGN_IN_ERRORS,
  async callerOf(request, needs) {
    const principal = await candidateOf(request, needs, { simulationDoor: true });
    requireScope(principal, ["interview"]);
    return principal;
  },
};

/** The same, or who names an invitation in the body, which stays as it is. */
export const candidateOrInvited: Access<Principal> = {
  credentials: [...candidateOrVisitor.credentials, {}],
  errors: [...SIGN_IN_ERRORS, ...INVITATION_ERRORS],
  async callerOf(request, needs) {
    const { data } = namesInvitation.safeParse(request.body);
    if (data === undefined) return candidateOrVisitor.callerOf(request, needs);
    const named = needs.invitationTexts.read(data.invitation);
    if (named === undefined) throw new ProxyError("INVITATION_INVALID");
    const principal = await needs.sessions.invitations.holderOf(named);
    requireOrigin(request, principal, needs);
    await admitPerson(needs.rateLimits, principal);
    return principal;
  },
};

const namesInvitation = z.looseObject(redeemInvitationRequestSchema.shape);

/** Who holds an interview, or a backend in its place. */
export const candidateOrBackend: Access<Principal> = {
  credentials: [...tokensWith(["interview", "operate"]), { resumeToken: [] }],
  errors: SIGN_IN_ERRORS,
  callerOf: candidateOf,
};

/** Who administers, by the environment's issuer or ADMIN_TOKEN: no tenant's token has the scope. */
export const administrator: Access<string> = {
  credentials: tokensWith(["admin"]),
  errors: SIGN_IN_ERRORS,
  async callerOf(request, needs) {
    const { tenant, person, scopes, session } = await principalOf(request, needs);
    if (tenant !== DEFAULT_TENANT || !scopes.has("admin") || session !== undefined) throw new ProxyError("FORBIDDEN");
    return person;
  },
};

const OR_OPERATOR = { simulationDoor: false, operatorCookie: true } as const;

function cookiesWith(scopes: readonly OperatorScope[]): readonly Credential[] {
  return scopes.map((scope) => ({ operatorCookie: [scope] }));
}

function tokensWith(scopes: readonly Scope[]): readonly Credential[] {
  return scopes.map((scope) => ({ token: [scope] }));
}
