import type { IncomingHttpHeaders } from "node:http";
import type { OperatorSignIn } from "../auth/operator-sign-ins.ts";
import type { Config } from "../config/config.ts";
import type { ConnectWatch } from "../ops/connect-watch.ts";
import type { Logger } from "../ops/log.ts";

declare module "fastify" {
  interface FastifyRequest extends Pick<Arrival, "connect" | "counted"> {}
}

/** Whoever comes, by a request of HTTP or by one for a WebSocket, as far as it is looked at before it is let in. */
export interface Arrival {
  readonly id: string;
  readonly method: string;
  readonly routeOptions: { readonly url?: string | undefined };
  readonly headers: IncomingHttpHeaders;
  readonly query: unknown;
  /** Of the client, behind the reverse proxies that are trusted. */
  readonly ip: string;
  /** What of it is being counted at the moment: a refusal holds for whatever else comes from there, or with that credential. */
  counted: "address" | "credential" | undefined;
  /** The operator whose cookie has let it in. */
  readonly signIn?: OperatorSignIn | undefined;
  /** Begun by it. */
  connect: ConnectWatch | undefined;
}

/** Whether the reverse proxy that is so many hops away says for whom it asks. */
export type IsTrusted = (address: string, hop: number) => boolean;

/** Says so of as many as the settings name. */
export function trustProxies({ TRUST_PROXY }: Pick<Config, "TRUST_PROXY">): IsTrusted {
  return (_address, hop) => hop < TRUST_PROXY;
}

/** Notes that somebody has their answer: the route's pattern, never the URL, because a query may carry a token. */
export function noteAnswer(log: Logger, { id, method, routeOptions }: Arrival, status: number): void {
  log.debug({ requestId: id, method, route: routeOptions.url, status }, "request answered");
}
