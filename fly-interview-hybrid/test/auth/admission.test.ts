import { expect, test } from "vitest";
import { admitAddress, admitCall, admitPerson, personKey } from "../../src/auth/admission.ts";
import type { Principal } from "../../src/auth/principal.ts";
import { createLocalRateLimits } from "../../src/coordination/local/rate-limits.ts";

const ada: Principal = {
  tenant: "default",
  person: "ada",
  countedAs: personKey("default", "ada"),
  scopes: new Set(["interview"]),
  session: undefined,
};

test("an address gets its budget a minute, and is told how long to wait", async () => {
  const limits = createLocalRateLimits({ arrival: 2, offer: 1, call: 1 });
  await admitAddress(limits, "192.0.2.1");
  await admitAddress(limits, "192.0.2.1");
  const refusal: unknown = await admitAddress(limits, "192.0.2.1").catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: "RATE_LIMITED" });
  expect((refusal as { facts: { retryAfterMs: number } }).facts.retryAfterMs).toBeGreaterThan(0);
  expect((refusal as { facts: { retryAfterMs: number } }).facts.retryAfterMs).toBeLessThanOrEqual(60_000);
  await admitAddress(limits, "192.0.2.2");
});

test("a whole /64 of IPv6 is one address, however it is written", async () => {
  const limits = createLocalRateLimits({ arrival: 1, offer: 1, call: 1 });
  await admitAddress(limits, "2001:db8::1");
  await expect(admitAddress(limits, "2001:db8:0:0:ffff::2")).rejects.toMatchObject({ code: "RATE_LIMITED" });
  await admitAddress(limits, "2001:db8:0:1::1");
});

test("an IPv4 address behind IPv6 stays itself", async () => {
  const limits = createLocalRateLimits({ arrival: 1, offer: 1, call: 1 });
  await admitAddress(limits, "::ffff:192.0.2.1");
  await expect(admitAddress(limits, "::ffff:192.0.2.2")).resolves.toBeUndefined();
});

test("persons are counted apart from addresses, calls apart from arrivals, tenants apart from each other", async () => {
  const limits = createLocalRateLimits({ arrival: 1, offer: 1, call: 1 });
  await admitAddress(limits, "192.0.2.1");
  await admitPerson(limits, ada);
  await admitCall(limits, ada);
  await admitCall(limits, { ...ada, countedAs: personKey("other", "ada") });
  await expect(admitCall(limits, ada)).rejects.toMatchObject({ code: "RATE_LIMITED" });
});
