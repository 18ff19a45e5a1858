import { hash } from "node:crypto";
import { ERRORS } from "@interview-proxy/protocol";
import type { FastifyReply, FastifyRequest } from "fastify";
import { networkKey } from "../../auth/admission.ts";
import { readCredentials } from "../../auth/credentials.ts";
import type { Clock } from "../../clock.ts";
import { ProxyError } from "../../errors.ts";
import type { Metrics } from "../../ops/metrics.ts";
import { RELAY_HEADER } from "../relay/relay-header.ts";
import { BriefMemory } from "./brief-memory.ts";
import { type RefusalBody, toRetryAfter } from "./send-refusal.ts";

/** So many are remembered, each in about a kilobyte. One that is forgotten early costs another look, no more. */
const MAX_REMEMBERED = 4096;

declare module "fastify" {
  interface FastifyRequest {
    /** What of it is being counted at the moment: a refusal holds for whatever else comes from there, or with that credential. */
    counted: "address" | "credential" | undefined;
  }
  interface FastifyInstance {
    repeatedRefusals: RepeatedRefusals;
  }
}

interface Refusal {
  /** Names and values in turn, which costs the least to send. */
  readonly headers: readonly string[];
  readonly bodyOf: RefusalBody;
  /** It is counted among the attempts to connect. */
  readonly isConnect: boolean;
  /** So many sockets more are opened to be told: a page cannot see the status of an upgrade. */
  toTell: number;
}

export interface RepeatedRefusalNeeds {
  readonly clock: Clock;
  readonly metrics: Metrics;
}

/**
 * Refuses whoever comes too often without another look: who was told to wait, and asks for the same before that is over, gets
 * the same answer. It holds for an address, or for the very bytes of a credential that was verified; nobody is refused for
 * what somebody else has sent.
 */
export class RepeatedRefusals {
  readonly #needs: RepeatedRefusalNeeds;
  readonly #refusals: BriefMemory<Refusal>;

  constructor(needs: RepeatedRefusalNeeds) {
    this.#needs = needs;
    this.#refusals = new BriefMemory(MAX_REMEMBERED, needs.clock);
  }

  /** Notes a reply that the next such request would get as well, once `toTell` more have been looked at. Its headers are set by then. */
  remember(reply: FastifyReply, error: ProxyError, bodyOf: RefusalBody, toTell = 0): void {
    const { request } = reply;
    const { retryAfterMs } = error.facts;
    const key = request.counted === undefined ? undefined : keysOf(request)[request.counted];
    if (key === undefined || error.code !== "RATE_LIMITED" || retryAfterMs === undefined) return;
    if (this.#refusals.get(key) !== undefined) return;
    const { "x-request-id": _own, ...common } = reply.getHeaders();
    const headers = Object.entries({ ...common, "content-type": "application/json; charset=utf-8" }).flatMap(
      ([name, value]) => (value === undefined ? [] : [name, String(value)]),
    );
    const isConnect = request.connect !== undefined;
    this.#refusals.keep(key, { headers, bodyOf, isConnect, toTell }, this.#needs.clock.now() + retryAfterMs);
  }

  /** Answers a request that was refused a moment ago; false for any other. */
  answer(request: FastifyRequest, reply: FastifyReply): boolean {
    // What another machine passes on was counted there.
    if (this.#refusals.size === 0 || request.headers[RELAY_HEADER] !== undefined) return false;
    const { address, credential } = keysOf(request);
    const known = (credential && this.#refusals.get(credential)) ?? this.#refusals.get(address);
    if (!known || known.what.toTell-- > 0) return false;
    const error = new ProxyError("RATE_LIMITED", { facts: { retryAfterMs: known.until - this.#needs.clock.now() } });
    this.#repeat(known.what, error, request, reply);
    return true;
  }

  #repeat(
    { headers, bodyOf, isConnect }: Refusal,
    error: ProxyError,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    const { metrics } = this.#needs;
    metrics.repeatedRefusals.inc();
    if (isConnect) {
      metrics.connects.inc({ outcome: "refused" });
      metrics.connectFailures.inc({ code: error.code });
    }
    const body = JSON.stringify(bodyOf(error, request.id));
    const own = {
      "x-request-id": request.id,
      "retry-after": String(toRetryAfter(error.facts.retryAfterMs ?? 0)),
      "content-length": String(Buffer.byteLength(body)),
    };
    // Past the framework: what it does for a reply was done for the first one.
    reply.hijack();
    reply.raw.writeHead(ERRORS[error.code].http, [...headers, ...Object.entries(own).flat()]).end(body, () => {
      // Nobody else looks after a socket that was to be upgraded.
      if (request.headers.upgrade !== undefined) request.raw.socket.destroySoon();
    });
  }
}

/** Under what a refusal of a request is remembered: all that verdict and reply depend on. Hashes, so that no token is kept. */
function keysOf(request: FastifyRequest): { readonly address: string; readonly credential: string | undefined } {
  const { method, headers, routeOptions, signIn } = request;
  const { origin, host, authorization, upgrade } = headers;
  const { bearer, simulation } = readCredentials(request);
  const asked = [method, routeOptions.url, upgrade, origin, host].join("\n");
  const carried = [authorization, headers["sec-websocket-protocol"]].join("\n");
  return {
    address: hash("sha256", `${asked}\n${networkKey(request.ip)}`),
    // A visitor of the simulation is counted by address, and an operator by a cookie, whatever else the request carries.
    credential:
      bearer === undefined || simulation || signIn !== undefined ? undefined : hash("sha256", `${asked}\n${carried}`),
  };
}
