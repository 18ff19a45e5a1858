import type { Definition } from "../report/definition.ts";

export const SIMULATOR_LOAD: Definition = {
  folder: "simulator",
  name: "simulator-load",
  title: "Calls with audio both ways that the simulator holds on one core",
  method: 2,
  about: `As many calls as the server on one core holds with a 99th percentile of packets' lateness of at most 20 ms, in milliseconds against the
schedule of their stream. Calls are added step by step; the callers are a process on the other core, and send as many packets as they get.
Figures of a step are medians of three rounds of a second and a half, and of seven where packets were late in those. The control is as many
calls between bare peers of the same WebRTC stack, which send a fixed packet and listen to nothing.

- \`callsWithin20Ms\`: where the tail reaches 20 ms, between the last step that was held and the first that was not, by the logarithm of the two
  tails. A step is held at which the tail was within 20 ms and at most 1 % of packets were lost (\`highestHeldCalls\`). Where the last step ends
  the series, or callers do not keep their own schedule (\`callersLateP99Ms\`), more may be possible.
- \`cpuMsPerCallSecond\`, \`cpuOverBarePeers\`: with 60 calls at each of the two, in the same seconds on the same core.`,
  goals: [
    {
      what: "Calls on one core with 99 % of packets at most 20 ms late",
      figure: "simulator.callsWithin20Ms",
      unit: "calls",
      atLeast: 250,
      reason:
        "Four fifths of a packet's time are the stack's, with a thread and a socket for each call, in the control too. JavaScript is the rest, and collections of garbage are rare.",
      next: "fewer of the stack's callbacks for each call, all of which are looked at whenever one comes; one socket for all calls.",
    },
  ],
  comparisons: [
    {
      what: "Calls on one core with 99 % of packets at most 20 ms late",
      unit: "calls",
      better: "higher",
      ours: "simulator.callsWithin20Ms",
      controls: [
        {
          name: "a bare peer",
          figure: "barePeers.callsWithin20Ms",
          why: "It sends the same packet to all and looks at none that it receives.",
        },
      ],
    },
    {
      what: "Processor time of one call's second",
      unit: "ms",
      better: "lower",
      ours: "simulator.cpuMsPerCallSecond",
      controls: [
        {
          name: "a bare peer",
          figure: "barePeers.cpuMsPerCallSecond",
          why: "It sends the same packet to all and looks at none that it receives; the simulator plays a voice and listens for the candidate's.",
        },
      ],
    },
  ],
  ratios: [{ figure: "cpuOverBarePeers", better: "lower" }],
  uses: ["node-datachannel"],
  quick: { STEPS: "10,20", CALLS_BESIDE: "5", SECONDS: "1", ROUNDS: "1" },
};
