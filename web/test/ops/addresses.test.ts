import { expect, test } from "vitest";
import { queryOf } from "../../src/ops/past/SearchForm.tsx";
import { linkTo, placeOf } from "../../src/ops/use-place.ts";

test.each([
  { view: "running" },
  { view: "running", sessionId: "ses_1" },
  { view: "past", sessionId: "own name/with:signs" },
  { view: "health" },
] as const)("the link to %j leads there", (place) => {
  expect(placeOf(linkTo(place))).toEqual(place);
});

test.each(["", "#", "#/nowhere", "#/running/"])("%j leads to what runs", (hash) => {
  expect(placeOf(hash)).toEqual({ view: "running" });
});

test("an address that was mistyped is taken as it is", () => {
  expect(placeOf("#/past/100%")).toEqual({ view: "past", sessionId: "100%" });
});

test("a search asks by what is filled in, and by whole days of the reader", () => {
  const form = new FormData();
  for (const [name, value] of Object.entries({ person: " ada ", persona: "", from: "2026-11-01", to: "2026-11-02" }))
    form.set(name, value);
  const { from = "", to = "", ...rest } = queryOf(form);
  expect(rest).toEqual({ person: "ada" });
  expect(new Date(from).getHours()).toBe(0);
  expect(Date.parse(to) - Date.parse(from)).toBe(2 * 86_400_000 - 1);
});
