import { expect, test } from "vitest";
import type { SessionCredential } from "../../src/auth/credentials.ts";
import { openRelayPasses, type RelayPasses } from "../../src/auth/relay-passes.ts";
import { createFakeClock, type FakeClock } from "../fake-clock.ts";

const HERE = "http://10.0.0.1:8080";
const principal = {
  tenant: "default",
  person: "ada",
  countedAs: "ada's",
  scopes: new Set(["interview", "observe"] as const),
  session: undefined,
};
const credential: SessionCredential = { principal };

/** Passes of machines that share their records. */
async function open(kept = new Map<string, string>()): Promise<{ passes: RelayPasses; clock: FakeClock }> {
  const clock = createFakeClock();
  const keepSecret = async (name: string, value: string): Promise<string> => {
    if (!kept.has(name)) kept.set(name, value);
    return kept.get(name) ?? "";
  };
  return { passes: await openRelayPasses({ keepSecret }, clock), clock };
}

test.each<SessionCredential>([
  credential,
  { principal: { ...principal, session: "ses_a" } },
  { resumeToken: "rst_a.b" },
])("a pass says whose request it is: %j", async (whose) => {
  const shared = new Map<string, string>();
  const [issuer, owner] = [await open(shared), await open(shared)];
  expect(await owner.passes.redeem(await issuer.passes.issue(whose, HERE), HERE)).toEqual(whose);
});

test("it serves once, also when it has just expired", async () => {
  const { passes, clock } = await open();
  const pass = await passes.issue(credential, HERE);
  await passes.redeem(pass, HERE);
  await expect(passes.redeem(pass, HERE)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  for (const seconds of [9, 5, 5, 60]) {
    await clock.advance(seconds * 1000);
    await passes.redeem(await passes.issue(credential, HERE), HERE);
    await expect(passes.redeem(pass, HERE)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  }
});

test("it serves for seconds, at the machine for which it was made, under the key of their records", async () => {
  const { passes, clock } = await open();
  const elsewhere = await passes.issue(credential, "http://10.0.0.2:8080");
  const foreign = await (await open()).passes.issue(credential, HERE);
  for (const pass of [elsewhere, foreign, "", "x.y.z"])
    await expect(passes.redeem(pass, HERE)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  const pass = await passes.issue(credential, HERE);
  await clock.advance(21_000);
  await expect(passes.redeem(pass, HERE)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
});
