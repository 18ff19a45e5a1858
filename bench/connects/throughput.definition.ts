import type { Definition } from "../report/definition.ts";

export const THROUGHPUT: Definition = {
  folder: "connects",
  name: "throughput",
  title: "Connects a second on one core",
  method: 2,
  about: `With at most 1 % errors, the best of 16, 64 and 256 at once in each of five rounds, and the processor time of a connect in all of a round;
medians of the rounds, and ratios are medians of those of each round. wrk calls, and nginx is the voice
service. The pass-through passes one request on; a connect here is also a session and a call in the records, a second connection for the
sideband with three messages, a session with its timers and a transcript that begins. \`cpuMsPerSideband\` is what a bare \`ws\` client
takes to open such a second connection and to exchange those messages on it: \`cpuOverPassThroughAndSideband\` compares a connect with
both controls together, and is what is guarded: the pass-through's own time is so little that half of it more, by what the machine does
beside it, changes \`ofPassThrough\` and \`cpuOverPassThrough\` by as much.`,
  goals: [
    {
      what: "Of the bare pass-through",
      figure: "ofPassThrough",
      unit: "times",
      atLeast: 0.5,
      reason:
        "A connect is also the sideband's own connection with its upgrade and three messages, and the commits; these cost more than the forwarding.",
      next: "profile by processor time for each connect (`cpuMsPerConnect`), the sideband's opening first.",
    },
  ],
  comparisons: [
    {
      what: "Connects a second",
      unit: "a second",
      better: "higher",
      ours: "ways.proxy.connectsPerSecond",
      controls: [
        {
          name: "the bare pass-through",
          figure: "ways.passThrough.connectsPerSecond",
          why: "It forwards one request, and does nothing of what the proxy is for.",
        },
        { name: "nginx", figure: "ways.nginx.connectsPerSecond", why: "It has no JavaScript to run at all." },
      ],
    },
  ],
  ratios: [{ figure: "cpuOverPassThroughAndSideband", better: "lower" }],
  uses: ["nginx", "wrk", "undici"],
  quick: { ROUNDS: "1", SECONDS: "1", WARM_UP: "100" },
};
