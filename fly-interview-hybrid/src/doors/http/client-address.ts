import { isIP } from "node:net";
import type { FastifyInstance } from "fastify";

/**
 * From now on `request.ip` is what the proxy in front writes into this header. Where that is no address, or more than one, it is
 * what it was before. To be called before the first hook that asks for it.
 */
export function believeAddressIn(server: FastifyInstance, header: string): void {
  server.addHook("onRequest", (request, _reply, done) => {
    const told = request.headers[header];
    // On the request itself, so that no door can count by another address than the others.
    if (typeof told === "string" && isIP(told) !== 0) Object.defineProperty(request, "ip", { value: told });
    done();
  });
}
