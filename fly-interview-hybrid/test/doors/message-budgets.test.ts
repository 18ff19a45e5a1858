import { expect, test } from "vitest";
import { MessageBudgets } from "../../src/doors/ws/message-budgets.ts";

test("a socket has its own budget, and another one when its second is over", () => {
  let now = 0;
  const budget = new MessageBudgets(2, { now: () => now }).open("ip:192.0.2.1");
  now = 400;
  expect([budget.take(), budget.take(), budget.take()]).toEqual([0, 0, 600]);
  now = 1000;
  expect(budget.take()).toBe(0);
});

test("sockets of an address that floods together are slowed, and what an interview needs gets through there and elsewhere", () => {
  let now = 0;
  const budgets = new MessageBudgets(50, { now: () => now });
  const flooding = Array.from({ length: 40 }, () => budgets.open("ip:192.0.2.1"));
  const allowed = flooding.map((budget) => Array.from({ length: 50 }, () => budget.take()).filter((ms) => ms === 0));
  // Ten sockets at their full rate, then five messages of each of the others.
  expect(allowed.flat()).toHaveLength(10 * 50 + 30 * 5);
  const neighbour = budgets.open("ip:192.0.2.1");
  expect(Array.from({ length: 6 }, () => neighbour.take())).toEqual([0, 0, 0, 0, 0, 1000]);
  const elsewhere = budgets.open("ip:192.0.2.2");
  expect(Array.from({ length: 50 }, () => elsewhere.take()).every((ms) => ms === 0)).toBe(true);
  const relayed = budgets.open(undefined);
  expect(Array.from({ length: 50 }, () => relayed.take()).every((ms) => ms === 0)).toBe(true);
  now = 1000;
  expect(Array.from({ length: 50 }, () => neighbour.take()).every((ms) => ms === 0)).toBe(true);
});

test("an address whose last socket is gone begins anew, and is forgotten", () => {
  const budgets = new MessageBudgets(1, { now: () => 0 });
  const flooding = Array.from({ length: 20 }, () => budgets.open("ip:192.0.2.1"));
  for (const budget of flooding) budget.take();
  for (const budget of flooding) budget.close();
  const fresh = budgets.open("ip:192.0.2.1");
  expect([fresh.take(), fresh.take()]).toEqual([0, 1000]);
});
