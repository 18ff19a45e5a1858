import { describe, expect, onTestFinished, test } from "vitest";
import { type OperatorSignIns, openOperatorSignIns } from "../../src/auth/operator-sign-ins.ts";
import { createFakeClock, type FakeClock } from "../fake-clock.ts";

const olga = {
  tenant: "default",
  person: "olga",
  countedAs: "olga",
  scopes: new Set(["observe", "operate"] as const),
  session: undefined,
};

/** What machines share; `isAway`: they fail. */
class SharedRecords {
  isAway = false;
  /** Of the tenant; it is not in the records, but the same for all machines. */
  credentials = "old secret";
  readonly #secrets = new Map<string, string>();
  readonly #spent = new Set<string>();

  async keepSecret(name: string, value: string): Promise<string> {
    const kept = this.#secrets.get(name) ?? value;
    this.#secrets.set(name, kept);
    return kept;
  }

  async spendTicket(id: string): Promise<boolean> {
    this.#check();
    this.#spent.add(id);
    return true;
  }

  async isTicketSpent(id: string): Promise<boolean> {
    this.#check();
    return this.#spent.has(id);
  }

  #check(): void {
    if (this.isAway) throw new Error("The records are away.");
  }
}

async function openTwo(): Promise<{
  readonly clock: FakeClock;
  readonly records: SharedRecords;
  readonly here: OperatorSignIns;
  readonly there: OperatorSignIns;
}> {
  const clock = createFakeClock();
  const records = new SharedRecords();
  const open = async (): Promise<OperatorSignIns> => {
    const signIns = await openOperatorSignIns({
      records,
      clock,
      isActive: (tenant) => tenant === "default",
      credentialsOf: () => records.credentials,
    });
    onTestFinished(() => signIns.close());
    return signIns;
  };
  return { clock, records, here: await open(), there: await open() };
}

describe("a sign-in", () => {
  test("that ends at one machine is over at the others, and what is open there ends within five seconds", async () => {
    const { clock, here, there } = await openTwo();
    const { token, signIn } = here.begin(olga);
    const seen = await there.read(token, { isLook: false });
    expect(seen).toEqual(signIn);
    let ends = 0;
    there.whenOver(seen, () => (ends += 1));
    const cancelled = there.whenOver(seen, () => expect.unreachable());
    cancelled();
    await here.end(signIn);
    await expect(there.read(token, { isLook: true })).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
    await clock.advance(5000);
    expect(ends).toBe(1);
    await clock.advance(9 * 3600 * 1000);
    expect(ends).toBe(1);
    expect(clock.pending(), "nothing is looked for any more").toBe(0);
  });

  test("lets somebody look while the records are away, and change nothing", async () => {
    const { clock, records, here, there } = await openTwo();
    const { token, signIn } = here.begin(olga);
    records.isAway = true;
    let isOver = false;
    there.whenOver(signIn, () => (isOver = true));
    await clock.advance(20_000);
    expect(isOver).toBe(false);
    expect(await there.read(token, { isLook: true })).toEqual(signIn);
    await expect(there.read(token, { isLook: false })).rejects.toThrow("away");
    // Where somebody has signed out, that is known without them.
    await expect(here.end(signIn)).rejects.toThrow("away");
    await expect(here.read(token, { isLook: true })).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  });

  test("is over when what it was begun by is a secret no more", async () => {
    const { clock, records, here } = await openTwo();
    const { token, signIn } = here.begin(olga);
    let isOver = false;
    here.whenOver(signIn, () => (isOver = true));
    records.credentials = "new secret";
    await expect(here.read(token, { isLook: true })).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
    await clock.advance(5000);
    expect(isOver).toBe(true);
  });

  test("of a tenant that is none, or was disabled, is none", async () => {
    const { here } = await openTwo();
    const { token } = here.begin({ ...olga, tenant: "acme" });
    await expect(here.read(token, { isLook: true })).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  });

  test("has a mark of its own, by which nothing of another length passes", async () => {
    const { here, there } = await openTwo();
    const [one, other] = [here.begin(olga).signIn, here.begin(olga).signIn];
    expect(there.isCsrfToken(one, here.csrfTokenOf(one))).toBe(true);
    for (const given of ["", here.csrfTokenOf(other), here.csrfTokenOf(one).slice(1)])
      expect(here.isCsrfToken(one, given)).toBe(false);
  });
});
