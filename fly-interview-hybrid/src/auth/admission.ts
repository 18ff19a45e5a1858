import { isIPv6 } from "node:net";
import type { RateLimits } from "../coordination/rate-limits.ts";
import { ProxyError } from "../errors.ts";
import { DEFAULT_TENANT, type Principal, SIMULATION_TENANT } from "./principal.ts";

/** Counts an arrival against its address. Throws RATE_LIMITED with the time to wait. */
export async function admitAddress(limits: RateLimits, address: string): Promise<void> {
  refuseFor(await limits.take("arrival", networkKey(address)));
}

/** Counts an arrival against the person, and against its tenant. Throws RATE_LIMITED with the time to wait. */
export async function admitPerson(limits: RateLimits, principal: Principal): Promise<void> {
  // First the person, so that one who floods does not use up what its tenant has.
  refuseFor(await limits.take("arrival", principal.countedAs));
  // Whoever runs the server knows what its own tenant is for, and bounds persons and addresses.
  if (principal.tenant === DEFAULT_TENANT || principal.tenant === SIMULATION_TENANT) return;
  refuseFor(await limits.take("tenant", `tenant:${principal.tenant}`));
}

/** Counts an offer, which costs to judge, against the person. Throws RATE_LIMITED with the time to wait. */
export async function admitOffer(limits: RateLimits, principal: Principal): Promise<void> {
  refuseFor(await limits.take("offer", principal.countedAs));
}

/** Counts a call against the person. Throws RATE_LIMITED with the time to wait. */
export async function admitCall(limits: RateLimits, principal: Principal): Promise<void> {
  refuseFor(await limits.take("call", principal.countedAs));
}

/** Counts a typed answer against the person. Throws RATE_LIMITED with the time to wait. */
export async function admitAnswer(limits: RateLimits, principal: Principal): Promise<void> {
  refuseFor(await limits.take("say", principal.countedAs));
}

/** Counts an operator who signs in against the address. Throws RATE_LIMITED with the time to wait. */
export async function admitLogin(limits: RateLimits, address: string): Promise<void> {
  refuseFor(await limits.take("login", networkKey(address)));
}

/** What a person counts as. */
export function personKey(tenant: string, person: string): string {
  return JSON.stringify([tenant, person]);
}

/** What an address counts as: itself, or its whole network. */
export function networkKey(address: string): string {
  return `ip:${networkOf(address)}`;
}

/** One home or one attacker holds a whole /64 of IPv6, so that is what counts as an address. */
function networkOf(address: string): string {
  if (!isIPv6(address) || address.startsWith("::ffff:")) return address;
  const [head = "", tail = ""] = address.split("::");
  const before = head.split(":").filter(Boolean);
  const after = tail.split(":").filter(Boolean);
  const missing = address.includes("::") ? 8 - before.length - after.length : 0;
  return [...before, ...Array<string>(missing).fill("0"), ...after].slice(0, 4).join(":");
}

function refuseFor(retryAfterMs: number): void {
  if (retryAfterMs > 0) throw new ProxyError("RATE_LIMITED", { facts: { retryAfterMs } });
}
