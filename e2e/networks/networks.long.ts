import { setTimeout as pause } from "node:timers/promises";
import { afterAll, describe, expect, test } from "vitest";
import { writeFigures } from "../../bench/endurance/reliability-page.ts";
import type { FigureRow } from "../../bench/report/figures.ts";
import { describeMachine, today } from "../../bench/report/machine.ts";
import {
  expectNextQuestion,
  firstQuestionHeard,
  type HeldInterview,
  holdInterview,
} from "../recovery/held-interview.ts";
import { divertAudio } from "../recovery/diverted-audio.ts";
import { createUdpRelay, type UdpRelay } from "../recovery/udp-relay.ts";

/** How long a candidate puts up with the network before it is mended. */
const BAD_FOR_MS = 20_000;

/** Long enough to be noticed, too short to be given up. */
const GAP_MS = 2000;

const NETWORKS: readonly [name: string, spoil: (relay: UdpRelay) => Promise<void>][] = [
  ["a good one", () => pause(BAD_FOR_MS)],
  ["5 % of packets lost", (relay) => spoiled(relay, { lossPercent: 5 })],
  ["10 % of packets lost", (relay) => spoiled(relay, { lossPercent: 10 })],
  ["20 % of packets lost", (relay) => spoiled(relay, { lossPercent: 20 })],
  ["jitter of 100 ms", (relay) => spoiled(relay, { jitterMs: 100 })],
  [
    "gaps of 2 s, one every 5 s",
    async (relay) => {
      for (let past = 0; past < BAD_FOR_MS; past += 5000) {
        await pause(5000 - GAP_MS);
        relay.block();
        await pause(GAP_MS);
        relay.unblock();
      }
    },
  ],
  [
    "another address in mid-call",
    async (relay) => {
      relay.changeAddress();
      await pause(BAD_FOR_MS);
    },
  ],
];

const machine = describeMachine();
const seen: FigureRow[] = [];

/** An interview in Chromium over each, and whether it goes on with its next question afterwards. */
describe("networks", { timeout: 240_000 }, () => {
  test.each(NETWORKS)("%s", async (network, spoil) => {
    const relay = createUdpRelay();
    const interview = await holdInterview({ prepare: (page) => divertAudio(page, relay) });
    const before = await interview.candidate.inboundAudio();
    const from = interview.candidate.received.length;
    const saidBefore = (await saidTo(interview)).length;
    await spoil(relay);
    const after = await interview.candidate.inboundAudio();
    await firstQuestionHeard(interview.calls);
    await expectNextQuestion(interview);
    seen.push({
      network,
      "quality of the line": qualitiesTold(interview.candidate.received.slice(from)).join(", "),
      "said to the candidate": (await saidTo(interview)).slice(saidBefore).join(" · ") || "nothing",
      calls: interview.simulator.calls().length,
      "packets heard, of 100": Math.round((after.packets - before.packets) / (BAD_FOR_MS / 2000)),
    });
    expect(interview.simulator.liveCalls()).toHaveLength(1);
  });
});

afterAll(async () => {
  if (seen.length === NETWORKS.length)
    await writeFigures("networks", { measuredOn: today(), machine, figures: { networks: seen } });
});

/** All that the page has said. */
function saidTo({ page }: HeldInterview): Promise<readonly string[]> {
  return page.evaluate<readonly string[]>("saidSoFar()");
}

async function spoiled(relay: UdpRelay, impairment: Parameters<UdpRelay["impair"]>[0]): Promise<void> {
  relay.impair(impairment);
  await pause(BAD_FOR_MS);
  relay.impair();
}

/** How the page finds the line, and tells the server, each time that it finds it otherwise. */
function qualitiesTold(frames: readonly string[]): readonly string[] {
  const told = frames.flatMap((frame) => /^\{"type":"stats","quality":"(\w+)"/.exec(frame)?.[1] ?? []);
  return told.filter((quality, index) => quality !== told[index - 1]);
}
