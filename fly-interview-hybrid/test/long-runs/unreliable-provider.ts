import type { IncomingMessage } from "node:http";
import type { Detour } from "../doors/provider-relay.ts";
import { canHideCall, type CreateFault, type Walk } from "./random-walks.ts";

const CREATE = /\/(?:realtime\/calls|live\/sessions)$/;
const HANG_UP = /\/realtime\/calls\/([^/]+)\/hangup$/;

interface Customer {
  readonly faults: readonly CreateFault[];
  creates: number;
  /** Creates whose call may be unknown to the proxy. */
  hidden: number;
}

/** Leads requests astray, each person's creates by that person's walk, and hang-ups by call. */
export class UnreliableProvider {
  readonly #customers: ReadonlyMap<string, Customer>;
  readonly #refusals: readonly number[];
  readonly #refusalsLeft = new Map<string, number>();
  #refused = 0;

  /** @param walks - by the identifiers under which the provider knows their persons */
  constructor(walks: ReadonlyMap<string, Walk>) {
    this.#customers = new Map(
      [...walks].map(([identifier, { creates }]) => [identifier, { faults: creates, creates: 0, hidden: 0 }]),
    );
    this.#refusals = [...walks.values()].map(({ refusals }) => refusals);
  }

  detourOf({ method, url = "", headers }: IncomingMessage, body: string): Detour {
    const path = url.split("?", 1)[0] ?? "";
    if (method !== "POST") return {};
    if (CREATE.test(path)) return this.#create(personOf(headers, body));
    const callId = HANG_UP.exec(path)?.[1];
    return callId !== undefined && this.refusesEnd(callId) ? { refusedWith: 503 } : {};
  }

  /** One request to end a call is refused, or lost where there is nobody to refuse it. */
  refusesEnd(callId: string): boolean {
    const left = this.#refusalsLeft.get(callId) ?? this.#refusals[this.#refusalsLeft.size] ?? 0;
    this.#refusalsLeft.set(callId, left - 1);
    if (left > 0) this.#refused += 1;
    return left > 0;
  }

  /** How many calls of a person may be unknown to the proxy. */
  hiddenCallsOf(identifier: string): number {
    return this.#customers.get(identifier)?.hidden ?? 0;
  }

  /** How often something went wrong. */
  get mishaps(): number {
    const faults = [...this.#customers.values()].flatMap(({ faults: all, creates }) => all.slice(0, creates));
    return this.#refused + faults.filter((fault) => fault !== "none").length;
  }

  #create(identifier: string): Detour {
    const customer = this.#customers.get(identifier);
    if (customer === undefined) throw new Error("The provider was told of a person who does not exist.");
    const fault = customer.faults[customer.creates++] ?? "none";
    if (canHideCall(fault)) customer.hidden += 1;
    if (fault === "none") return {};
    return fault === "stall" ? { stalls: true } : { headers: { "x-simulator-fault": JSON.stringify(fault) } };
  }
}

/** The provider tells persons apart by this only: a header, or with Live a field of the session. */
function personOf(headers: IncomingMessage["headers"], body: string): string {
  const header = headers["openai-safety-identifier"];
  if (header !== undefined) return String(header);
  return (JSON.parse(body) as { session: { safety_identifier: string } }).session.safety_identifier;
}
