import type { IncomingHttpHeaders, IncomingMessage } from "node:http";
import { isIP } from "node:net";
import proxyAddr from "@fastify/proxy-addr";
import type { FastifyInstance } from "fastify";
import type { Config } from "../config/config.ts";
import { trustProxies } from "./arrival.ts";

/** Whose request it is, as an address: what the proxy in front has written into its header, or else what X-Forwarded-For says. */
export function clientAddresses(
  config: Pick<Config, "TRUST_PROXY" | "CLIENT_ADDRESS_HEADER">,
): (request: IncomingMessage) => string {
  const isTrusted = trustProxies(config);
  return (request) => addressIn(request.headers, config.CLIENT_ADDRESS_HEADER) ?? proxyAddr(request, isTrusted);
}

/** From now on `request.ip` is that of {@link clientAddresses}. To be called before the first hook that asks for it. */
export function takeClientAddresses(
  server: FastifyInstance,
  { CLIENT_ADDRESS_HEADER }: Pick<Config, "CLIENT_ADDRESS_HEADER">,
): void {
  if (CLIENT_ADDRESS_HEADER === undefined) return;
  server.addHook("onRequest", (request, _reply, done) => {
    const told = addressIn(request.headers, CLIENT_ADDRESS_HEADER);
    // On the request itself, so that no route can count by another address than the others.
    if (told !== undefined) Object.defineProperty(request, "ip", { value: told });
    done();
  });
}

/** `undefined` where it is no address there, or more than one. */
function addressIn(headers: IncomingHttpHeaders, header: string | undefined): string | undefined {
  const told = header === undefined ? undefined : headers[header];
  return typeof told === "string" && isIP(told) !== 0 ? told : undefined;
}
