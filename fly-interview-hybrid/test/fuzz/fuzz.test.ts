import { randomInt } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { campaign } from "./campaign.ts";
import { openTargets, TARGET_NAMES } from "./targets.ts";

/** The same in every run, so that a change which breaks something is told by all of them. */
const FIXED_SEED = 20_261_127;
const FRESH_SEED = randomInt(2 ** 31);

/** How much of each target is tried by each seed: about a second's work. `npm run fuzz` tries as much as there is time for. */
const TRIES: Readonly<Record<(typeof TARGET_NAMES)[number], number>> = {
  sdp: 2000,
  tokens: 2000,
  "sideband-events": 2000,
  messages: 400,
  "raw-frames": 1000,
  requests: 250,
};

let opened: Awaited<ReturnType<typeof openTargets>>;
beforeAll(async () => {
  opened = await openTargets();
});
afterAll(() => opened.close());

describe.each([FIXED_SEED, FRESH_SEED])("hostile input of seed %i breaks nothing:", (seed) => {
  test.each(TARGET_NAMES)("%s", async (name) => {
    const target = opened.targets.find((one) => one.name === name);
    if (target === undefined) throw new Error(`There is no target ${name}.`);
    const { tried } = await campaign(target, seed, { tries: TRIES[name], until: Date.now() + 30_000 });
    expect(tried).toBeGreaterThan(0);
  });
});
