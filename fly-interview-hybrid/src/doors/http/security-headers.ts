import { IncomingMessage, type OutgoingHttpHeaders, ServerResponse } from "node:http";
import { Socket } from "node:net";
import type { FastifyInstance } from "fastify";
import helmet from "helmet";

/** The page loads nothing from elsewhere; it may connect to any server, because its user may name one. */
const PAGE_POLICY = {
  defaultSrc: ["'self'"],
  connectSrc: ["'self'", "ws:", "wss:", "http:", "https:"],
  mediaSrc: ["'self'", "blob:", "mediastream:"],
  imgSrc: ["'self'", "data:"],
  styleSrc: ["'self'"],
  scriptSrc: ["'self'"],
  // Helmet's default would turn the page's own http:// addresses into https:// ones on a local machine.
  upgradeInsecureRequests: null,
};

/** The page of the operators talks to this server alone, and shows what people have said: nothing may take that elsewhere. */
const OPERATOR_PAGE_POLICY = {
  ...PAGE_POLICY,
  connectSrc: ["'self'"],
  mediaSrc: ["'none'"],
  objectSrc: ["'none'"],
  formAction: ["'self'"],
  frameAncestors: ["'none'"],
};

/** They are the same for each reply, so they are made once. */
const HEADERS = Object.entries(headersWith(PAGE_POLICY));

/** Sends helmet's headers with every reply. */
export function sendSecurityHeaders(app: FastifyInstance): void {
  app.addHook("onRequest", (_request, { raw }, done) => {
    setSecurityHeaders(raw);
    done();
  });
}

/** On the response itself, so that what is written past the framework has them too. */
export function setSecurityHeaders(response: ServerResponse): void {
  for (const [name, value] of HEADERS) if (value !== undefined) response.setHeader(name, value);
}

const POLICY_HEADER = "content-security-policy";

/** The stricter policy of the operators' page, in place of that of every reply. */
export const OPERATOR_PAGE_HEADERS: Readonly<Record<string, string>> = {
  [POLICY_HEADER]: String(headersWith(OPERATOR_PAGE_POLICY)[POLICY_HEADER]),
};

function headersWith(directives: Readonly<Record<string, readonly string[] | null>>): OutgoingHttpHeaders {
  const response = new ServerResponse(new IncomingMessage(new Socket()));
  helmet({ contentSecurityPolicy: { directives } })(response.req, response, () => undefined);
  return response.getHeaders();
}
