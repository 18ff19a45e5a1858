import { expect, test } from "vitest";
import { newResumeToken, newSessionId, randomText } from "../src/ids.ts";

test("random texts have the length that was asked for, and none comes twice", () => {
  // More than are asked for at once, in parts that do not fill it evenly.
  const texts = Array.from({ length: 2000 }, (_, index) => randomText(index % 2 === 0 ? 16 : 33));
  expect(new Set(texts).size).toBe(texts.length);
  expect(texts.every((text, index) => text.length === (index % 2 === 0 ? 22 : 44))).toBe(true);
  expect(texts.filter((text) => /AAAA/.test(text)).length).toBeLessThan(5);
});

test("a resume token is of its session", () => {
  const id = newSessionId();
  expect(id).toMatch(/^ses_[\w-]{22}$/);
  expect(newResumeToken(id)).toMatch(new RegExp(`^rst_${id.slice(4)}\\.[\\w-]{43}$`));
});
