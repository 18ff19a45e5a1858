import { expect, test } from "vitest";
import { createLive } from "./live-call.ts";
import { ManualClock } from "./manual-clock.ts";
import { OFFER } from "./plain-offer.ts";
import { Resources } from "./simulators.ts";
import { createCall } from "./webrtc-client.ts";

const resources = new Resources();

/** Ten words a second: the second line takes a second. */
const script = {
  turns: [
    { interviewer: "Who are you?", candidate: "I am Ada Lovelace." },
    { interviewer: "For whom do you write them, and why for him?", candidate: "Wait.", interruptsAfterMs: 300 },
    { interviewer: "Goodbye to you, and to everybody who listens." },
  ],
};

test.each([
  ["Realtime", { type: "response.create" }],
  ["Live", { type: "session.instructions.append", content: "Greet.", delegation_id: null }],
] as const)("a call of %s tells when each voice begins, ends and is cut off", async (api, greet) => {
  const clock = new ManualClock();
  const simulator = await resources.simulator({ media: "none", wordsPerSecond: 10, clock, script });
  const id =
    api === "Live"
      ? (await createLive(simulator, OFFER)).id
      : (await createCall(simulator, OFFER, { type: "realtime" })).callId;
  const server = await resources.sideband(simulator, id);
  server.send(greet);
  await simulator.waitFor(({ direction }) => direction === "client");
  const told = (): readonly string[] => {
    const [call] = simulator.calls();
    return call?.events.flatMap(({ type }) => /^call\.(?:interviewer|candidate)_(.+)/.exec(type)?.[0] ?? []) ?? [];
  };
  while (told().filter((type) => type === "call.interviewer_started").length < 3) clock.advance(20);
  await simulator.close();
  expect(told()).toEqual([
    "call.interviewer_started",
    "call.interviewer_finished",
    "call.candidate_started",
    "call.candidate_stopped",
    "call.interviewer_started",
    "call.candidate_started",
    "call.interviewer_cut",
    "call.candidate_stopped",
    "call.interviewer_started",
    "call.interviewer_cut",
  ]);
});
