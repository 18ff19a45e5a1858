import { expect, test } from "vitest";
import { BriefMemory } from "../../src/doors/http/brief-memory.ts";

test("a thing is kept until its time, and a later word on it replaces the earlier one", () => {
  let now = 0;
  const memory = new BriefMemory<string>(10, { now: () => now });
  memory.keep("a", "first", 100);
  memory.keep("a", "second", 200);
  now = 199;
  expect(memory.get("a")).toEqual({ what: "second", until: 200 });
  now = 200;
  expect(memory.get("a")).toBeUndefined();
  expect(memory.get("b")).toBeUndefined();
});

test("whatever comes, it holds no more than its limit, and forgets what is over by itself", () => {
  let now = 0;
  const memory = new BriefMemory<number>(100, { now: () => now });
  for (let n = 0; n < 10_000; n++) memory.keep(`key-${n}`, n, 1000);
  expect(memory.size).toBe(100);
  expect(memory.get("key-9999")?.what).toBe(9999);
  expect(memory.get("key-9899")).toBeUndefined();
  now = 1000;
  memory.keep("new", 0, 2000);
  expect(memory.size).toBe(1);
});
