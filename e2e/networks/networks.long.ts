import { setTimeout as pause } from "node:timers/promises";
import type { Page } from "playwright-core";
import { afterAll, describe, expect, test } from "vitest";
import { writeFigures } from "../../bench/endurance/reliability-page.ts";
import type { FigureRow } from "../../bench/report/figures.ts";
import { describeMachine, today } from "../../bench/report/machine.ts";
import { freePort } from "../../fly-interview-hybrid/test/servers/free-port.ts";
import { divertAudio } from "../recovery/diverted-audio.ts";
import { createUdpRelay, type UdpRelay } from "../recovery/udp-relay.ts";
import { withTieBreaker } from "./tie-breaker.ts";
import { RELAY_ADDRESS, startTurnServer } from "./turn-server.ts";
import { BAD_FOR_MS, watchInterview } from "./watched-interview.ts";

/** Long enough to be noticed, too short to be given up. */
const GAP_MS = 2000;

/** The least that IPv6 asks of a network, and what tunnels leave. */
const MTU = 1280;

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

const ROWS = NETWORKS.length + 2;
const machine = describeMachine();
const seen: FigureRow[] = [];

/** An interview in Chromium over each, and whether it goes on with its next question afterwards. */
describe("networks", { timeout: 240_000 }, () => {
  test.each(NETWORKS)("%s", async (network, spoil) => {
    const relay = createUdpRelay();
    const options = { prepare: (page: Page) => divertAudio(page, relay) };
    const { row, liveCalls } = await watchInterview(network, options, () => spoil(relay));
    seen.push(row);
    expect(liveCalls).toBe(1);
  });

  // From the first packet on: the largest ones are those with which a call begins.
  test(`an MTU of ${MTU}, of which nobody is told`, async () => {
    const relay = createUdpRelay();
    relay.impair({ mtu: MTU });
    const { row, liveCalls } = await watchInterview(`MTU of ${MTU}`, { prepare: (page) => divertAudio(page, relay) });
    seen.push(row);
    expect(liveCalls).toBe(1);
    process.stdout.write(`largest packet: ${relay.largestBytes()} bytes of UDP\n`);
  });

  test("no UDP, and a TURN server over TCP", async () => {
    const settings = await startTurnServer(await freePort());
    const relay = createUdpRelay({ onlyFrom: RELAY_ADDRESS, rewrite: withTieBreaker });
    const options = { settings, prepare: (page: Page) => divertAudio(page, relay) };
    const { row, liveCalls } = await watchInterview("no UDP, TURN over TCP", options);
    seen.push(row);
    expect(liveCalls).toBe(1);
  });
});

afterAll(async () => {
  if (seen.length === ROWS)
    await writeFigures("networks", { measuredOn: today(), machine, figures: { networks: seen } });
});

async function spoiled(relay: UdpRelay, impairment: Parameters<UdpRelay["impair"]>[0]): Promise<void> {
  relay.impair(impairment);
  await pause(BAD_FOR_MS);
  relay.impair();
}
