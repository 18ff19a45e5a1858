import { expect, test } from "vitest";
import { linesSaid } from "../src/script/lines-said.ts";

const LINES = ["Hello. What did you build?", "And what was hard about it?", "Go on.", "Go on.", "Goodbye."];

test.each([
  ["said in their order", ["Hello. What did you build?", "And what was hard about it?"], 2],
  ["said again in few words", ["Hello. What did you build?", "What did you build?"], 1],
  ["said again as they were", ["And what was hard about it?", "And what was hard about it?"], 2],
  ["cut off", ["Hello. What did"], 1],
  ["alike", ["And what was hard about it?", "Go on.", "Go on."], 4],
  ["left out at the beginning", ["Go on.", "Goodbye."], 5],
  ["of no script", ["Hi.", "Well?"], 2],
])("lines that a client puts into a conversation count by what they are: %s", (_how, said, count) => {
  expect(said.reduce((before, text) => linesSaid(text, before, LINES), 0)).toBe(count);
});
