import { IncomingMessage, ServerResponse } from "node:http";
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

/** Sends helmet's headers with every reply. They are the same for each, so they are made once. */
export function sendSecurityHeaders(app: FastifyInstance): void {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  helmet({ contentSecurityPolicy: { directives: PAGE_POLICY } })(request, response, () => undefined);
  const headers = Object.entries(response.getHeaders());
  app.addHook("onRequest", (_request, { raw }, done) => {
    // On the response itself, so that streams that are written past the framework have them too.
    for (const [name, value] of headers) if (value !== undefined) raw.setHeader(name, value);
    done();
  });
}
