import type { Definition } from "../report/definition.ts";

export const START_TIME: Definition = {
  folder: "start",
  name: "start-time",
  title: "From the start of the process until it is ready, and its memory then",
  about: `From the start of the built proxy's process to its answer to \`/readyz\`, with production settings, a fresh database and an upstream on
loopback; 10 rounds after one that warms the file cache. Controls in each round: \`helloServer\`, a server on the same framework with one
route, until it answers; \`emptyScript\`, \`node -e ""\` until it ends. \`overHelloServer\` is the ratio of the medians, and moves less with the
machine than any time. \`residentMiB\`: three seconds after the start, and with sessions that have a client each and no call.`,
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
        "Most of it is Node and the framework (`residentMiB.helloServerIdle`); what a start leaves behind is collected late.",
      next: "a heap snapshot three seconds after the start.",
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
  ratios: [{ figure: "overHelloServer", better: "lower" }],
  uses: ["fastify"],
};
