import { expect, test } from "vitest";
import { ProxyError } from "../../src/errors.ts";
import { AdmissionTurns } from "../../src/sessions/opening/admission-turns.ts";
import { settle } from "../fake-clock.ts";

/** Work that a test finishes by hand. */
function pending(): {
  readonly work: () => Promise<string>;
  readonly started: () => boolean;
  readonly finish: () => void;
} {
  let begun = false;
  let finish = (): void => undefined;
  const done = new Promise<string>((resolve) => {
    finish = () => resolve("done");
  });
  return { work: () => ((begun = true), done), started: () => begun, finish: () => finish() };
}

test("however many of one tenant wait, another's turn comes at once", async () => {
  const turns = new AdmissionTurns();
  const flood = Array.from({ length: 100 }, pending);
  const admitted = flood.map(({ work }) => turns.take("acme", 1000, work));
  await settle();
  expect(flood.filter(({ started }) => started())).toHaveLength(2);
  const other = pending();
  const its = turns.take("bolt", 1000, other.work);
  await settle();
  expect(other.started()).toBe(true);
  other.finish();
  expect(await its).toBe("done");
  for (const { finish } of flood) finish();
  expect(await Promise.all(admitted)).toHaveLength(100);
});

test("they come in their order, and one that fails holds nobody up", async () => {
  const turns = new AdmissionTurns();
  const order: number[] = [];
  const works = Array.from({ length: 6 }, (_, n) =>
    turns.take("acme", 10, async () => {
      order.push(n);
      await settle();
      if (n % 2 === 0) throw new Error("refused");
    }),
  );
  const outcomes = await Promise.allSettled(works);
  expect(order).toEqual([0, 1, 2, 3, 4, 5]);
  expect(outcomes.filter(({ status }) => status === "rejected")).toHaveLength(3);
});

test("who would wait behind too many is told to come again", async () => {
  const turns = new AdmissionTurns();
  const first = Array.from({ length: 3 }, pending);
  const admitted = first.map(({ work }) => turns.take("acme", 1, work));
  const refused = turns.take("acme", 1, async () => "never");
  await expect(refused).rejects.toThrow(ProxyError);
  await expect(refused).rejects.toMatchObject({ code: "RATE_LIMITED", facts: { retryAfterMs: 1000 } });
  for (const { finish } of first) finish();
  await Promise.all(admitted);
  expect(await turns.take("acme", 1, async () => "again")).toBe("again");
});
