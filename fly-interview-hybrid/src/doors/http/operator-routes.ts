import { operatorLoginRequestSchema, operatorSessionSchema, type OperatorSession } from "@interview-proxy/protocol";
import type { FastifyInstance } from "fastify";
import { admitLogin } from "../../auth/admission.ts";
import { OPERATOR_SCOPES, type OperatorSignIn } from "../../auth/operator-sign-ins.ts";
import { toIsoTime } from "../../iso-time.ts";
import type { DoorNeeds } from "../needs.ts";
import { anybody, operatorOfPage, SIGN_IN_ERRORS } from "../operations/access.ts";
import { serveOn } from "../operations/serve.ts";
import { clearOperatorCookie, requireOwnPage, setOperatorCookie } from "./operator-cookie.ts";

/** Operators sign in to their page, and out again. */
export function addOperatorRoutes(app: FastifyInstance, needs: DoorNeeds): void {
  const { authenticate, clock, log, rateLimits, signIns } = needs;
  const serve = serveOn(app, needs);

  const tell = (signIn: OperatorSignIn): OperatorSession => {
    const { principal, expiresAt } = signIn;
    const scopes = OPERATOR_SCOPES.filter((scope) => principal.scopes.has(scope));
    return {
      operator: { sub: principal.person, tenant: principal.tenant, scopes },
      csrfToken: signIns.csrfTokenOf(signIn),
      expiresAt: toIsoTime(expiresAt),
    };
  };

  serve(
    {
      method: "POST",
      path: "/operators/login",
      id: "signInOperator",
      summary: "Signs an operator in, with a cookie in place of a token",
      description: "The cookie is good for 8 hours, and no longer than the token.",
      by: anybody,
      body: operatorLoginRequestSchema,
      example: { token: "eyJhbGciOiJIUzI1NiJ9.e30.none" },
      replies: { 200: operatorSessionSchema },
      replyHeaders: { "Set-Cookie": "The cookie, which no script can read." },
      errors: [...SIGN_IN_ERRORS, "CSRF_TOKEN_INVALID"],
    },
    async ({ body: { token }, request, reply }) => {
      // Otherwise another page could sign somebody in as whomever it likes.
      requireOwnPage(request);
      await admitLogin(rateLimits, request.ip);
      const credentials = { bearer: token, urlToken: undefined, simulation: false, address: request.ip };
      const principal = await authenticate(credentials, { simulationDoor: false });
      const { token: cookie, signIn } = signIns.begin(principal);
      const seconds = Math.max(0, Math.floor((signIn.expiresAt - clock.now()) / 1000));
      setOperatorCookie(request, reply, cookie, seconds);
      const { tenant, person } = principal;
      log.info({ requestId: request.id, tenant, operator: person }, "operator signed in");
      return tell(signIn);
    },
  );

  serve(
    {
      method: "GET",
      path: "/operators/me",
      id: "getOperator",
      summary: "Tells who is signed in by the cookie",
      by: operatorOfPage,
      replies: { 200: operatorSessionSchema },
    },
    async ({ caller }) => tell(caller),
  );

  serve(
    {
      method: "POST",
      path: "/operators/logout",
      id: "signOutOperator",
      summary: "Signs an operator out: the cookie is good for nothing any more, and streams that are open by it end",
      by: operatorOfPage,
      replies: { 204: null },
    },
    async ({ caller, request, reply }) => {
      clearOperatorCookie(request, reply);
      const { tenant, person } = caller.principal;
      log.info({ requestId: request.id, tenant, operator: person }, "operator signed out");
      await signIns.end(caller);
    },
  );
}
