import { hash } from "node:crypto";
import type { ServerResponse } from "node:http";
import { networkKey } from "../../auth/admission.ts";
import { readCredentials } from "../../auth/credentials.ts";
import type { Clock } from "../../clock.ts";
import { ProxyError } from "../../errors.ts";
import type { Metrics } from "../../ops/metrics.ts";
import type { Arrival } from "../arrival.ts";
import { RELAY_HEADER } from "../relay/relay-header.ts";
import { BriefMemory } from "./brief-memory.ts";
import { type RefusalBody, writeRefusal } from "./send-refusal.ts";

/** So many are remembered, each in about a kilobyte. One that is forgotten early costs another look, no more. */
const MAX_REMEMBERED = 4096;

declare module "fastify" {
  interface FastifyInstance {
    repeatedRefusals: RepeatedRefusals;
  }
}

interface Refusal {
  /** Names and values in turn. */
  readonly headers: readonly string[];
  readonly bodyOf: RefusalBody;
  /** It is counted among the attempts to connect. */
  readonly isConnect: boolean;
  /** So many sockets more are opened to be told: a page cannot see the status of an upgrade. */
  toTell: number;
}

interface GivenAnswer extends Pick<Refusal, "bodyOf"> {
  readonly reply: { getHeaders(): Readonly<Record<string, number | string | string[] | undefined>> };
  readonly toTell?: number;
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
  remember(arrival: Arrival, error: ProxyError, { reply, bodyOf, toTell = 0 }: GivenAnswer): void {
    const { retryAfterMs } = error.facts;
    const key = arrival.counted === undefined ? undefined : keysOf(arrival)[arrival.counted];
    if (key === undefined || error.code !== "RATE_LIMITED" || retryAfterMs === undefined) return;
    if (this.#refusals.get(key) !== undefined) return;
    const { "x-request-id": _own, ...common } = reply.getHeaders();
    const headers = Object.entries(common).flatMap(([name, value]) =>
      value === undefined ? [] : [name, String(value)],
    );
    const isConnect = arrival.connect !== undefined;
    this.#refusals.keep(key, { headers, bodyOf, isConnect, toTell }, this.#needs.clock.now() + retryAfterMs);
  }

  /** Answers somebody who was refused a moment ago, past the framework: what it does for a reply was done for the first one. False for anybody else. */
  answer(arrival: Arrival, response: ServerResponse): boolean {
    // What another machine passes on was counted there.
    if (this.#refusals.size === 0 || arrival.headers[RELAY_HEADER] !== undefined) return false;
    const { address, credential } = keysOf(arrival);
    const known = (credential && this.#refusals.get(credential)) ?? this.#refusals.get(address);
    if (!known || known.what.toTell-- > 0) return false;
    const error = new ProxyError("RATE_LIMITED", { facts: { retryAfterMs: known.until - this.#needs.clock.now() } });
    const { headers, bodyOf, isConnect } = known.what;
    const { metrics } = this.#needs;
    metrics.repeatedRefusals.inc();
    if (isConnect) {
      metrics.connects.inc({ outcome: "refused" });
      metrics.connectFailures.inc({ code: error.code });
    }
    writeRefusal(response, error, { requestId: arrival.id, bodyOf, headers });
    return true;
  }
}

/** Under what a refusal of a request is remembered: all that verdict and reply depend on. Hashes, so that no token is kept. */
function keysOf(arrival: Arrival): { readonly address: string; readonly credential: string | undefined } {
  const { method, headers, routeOptions, signIn } = arrival;
  const { origin, host, authorization, upgrade } = headers;
  const { bearer, simulation } = readCredentials(arrival);
  const asked = [method, routeOptions.url, upgrade, origin, host].join("\n");
  const carried = [authorization, headers["sec-websocket-protocol"]].join("\n");
  return {
    address: hash("sha256", `${asked}\n${networkKey(arrival.ip)}`),
    // A visitor of the simulation is counted by address, and an operator by a cookie, whatever else the request carries.
    credential:
      bearer === undefined || simulation || signIn !== undefined ? undefined : hash("sha256", `${asked}\n${carried}`),
  };
}
