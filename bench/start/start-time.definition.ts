import type { Definition } from "../report/definition.ts";

export const START_TIME: Definition = {
  folder: "start",
  name: "start-time",
  title: "From the start of the process until it is ready, and its memory then",
  method: 2,
  about: `From the start of the built proxy's process to its answer to \`/readyz\`, with production settings, a fresh database and an upstream on
loopback; 10 rounds after one that warms the file cache. Controls in each round: \`helloServer\`, a server on the same framework with one
route, until it answers; \`emptyScript\`, \`node -e ""\` until it ends. \`overHelloServer\` is the median of the rounds' ratios, and moves less
with the machine than any time.

- \`residentMiB.idle\`, \`helloServerIdle\`: medians of seven processes that have started and wait, once the heap's young generation is small
  again. A start makes it 16 MiB large; Node makes it small by itself when a process has waited for 5 to 30 seconds, and the same is done here
  sooner. What is resident three seconds after a start (\`afterStart\`) has it large in one process and small in another, by chance. One of some
  processes keeps 10 MiB more for good: the arena of the C library in which one of its threads compiled.
- \`residentMiB.withSessions\`: the same with sessions that have a client each and no call.`,
  goals: [
    {
      what: "Start to ready, median",
      figure: "proxy.medianMs",
      unit: "ms",
      atMost: 350,
      reason:
        "Node alone and the framework take most of it (`emptyScript`, `helloServer`); the rest is our bundle, the migrations and the native SQLite.",
      next: "what the commands share with the server in files of their own; schemas made when they are first asked for; a start-up snapshot.",
    },
    {
      what: "Resident memory, idle",
      figure: "residentMiB.idle",
      unit: "MiB",
      atMost: 90,
      reason:
        "Most of it is Node and the framework (`residentMiB.helloServerIdle`); the rest is our bundle and what it has read and compiled.",
      next: "a heap snapshot of a process that waits.",
    },
  ],
  comparisons: [
    {
      what: "Start to ready",
      unit: "ms",
      better: "lower",
      ours: "proxy.medianMs",
      controls: [
        {
          name: "a hello server",
          figure: "helloServer.medianMs",
          why: "It has one route and no database, and the same framework.",
        },
        { name: "an empty script", figure: "emptyScript.medianMs", why: "It is Node itself, and does nothing." },
      ],
    },
    {
      what: "Resident memory, idle",
      unit: "MiB",
      better: "lower",
      ours: "residentMiB.idle",
      controls: [
        { name: "a hello server", figure: "residentMiB.helloServerIdle", why: "It has one route and no database." },
      ],
    },
  ],
  ratios: [
    { figure: "overHelloServer", better: "lower" },
    { figure: "idleOverHelloServer", better: "lower" },
  ],
  uses: ["fastify"],
};
