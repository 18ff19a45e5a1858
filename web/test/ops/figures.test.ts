import { expect, test } from "vitest";
import { compact, count, duration, ifKnown, money, part, stamp } from "../../src/ops/figures.ts";

test.each([
  [-3, "0:00"],
  [45, "0:45"],
  [119, "1:59"],
  [120, "2 min"],
  [179, "2 min"],
  [3599, "59 min"],
  [3900, "1 h 05 min"],
])("%d seconds are %s", (seconds, words) => {
  expect(duration(seconds)).toBe(words);
});

test.each([
  [5, "0:05"],
  [605, "10:05"],
  [3723, "1:02:03"],
])("the %dth second is at %s", (seconds, words) => {
  expect(stamp(seconds)).toBe(words);
});

test.each([
  [0, "0.00"],
  [0.004, "< 0.01"],
  [0.126, "0.13"],
  [1234.5, "1,234.50"],
])("%d of a currency is %s", (value, words) => {
  expect(money(value)).toBe(words);
});

test("parts below a tenth have a decimal, so that few of many are not none", () => {
  expect([part(0.0038), part(0.453), part(1.02)]).toEqual(["0.4%", "45%", "102%"]);
});

test("large counts can be read", () => {
  expect([ifKnown(null, count), ifKnown(0, count)]).toEqual(["not known", "0"]);
  expect([count(12_345), compact(46_200_000)]).toEqual(["12,345", "46.2M"]);
});
