import type { Definition } from "../report/definition.ts";

const QUEUE =
  "What is added is processor time of the one core: signature, both SDPs, the session, the commit and the sideband.";

export const ADDED_CONNECT_TIME: Definition = {
  folder: "connects",
  name: "added-connect-time",
  title: "What the proxy adds from the offer to the answer",
  method: 2,
  about: `A token of its own for each connect, both SDPs judged, session and call recorded in a file, and the sideband attached beside the
answer. Every way leads to a voice service that answers after 0 or 150 ms; 1, 16, 64 and 256 callers each connect again as soon as they are
answered, the first ones spread over the delay. All ways are measured in turn, once, and in seven rounds where there is a goal. The proxy
and the controls are on one core, callers and voice service on the other.

- \`direct\` is the same create sent to the voice service itself, and what the others are compared with. \`passThrough\` is a server of
  \`node:http\` and \`undici\` that adds the key and looks at nothing; \`nginx\` does the same. What they leave out is what the proxy is for.
- \`proxyHttp\` is \`POST /api/sdp-exchange\`. \`proxySocket\` is from the offer on a socket that is open and initialised, as the page has
  it by the time its offer is made; \`fromOpening\` has opening and \`init\` in it. Callers at the socket open one for each connect, so
  that at 16 and more of them the offers come less densely than at the other ways.
- \`loadLateness\`, \`upstreamLateness\`: how late timers are in the processes that make the load. What they are late is in all times.
- \`overPassThroughAtOne\`: median of the rounds' ratios of medians, with one caller and no delay.
- With no delay, more than one caller is as much as the core can do: the times are those of a queue then, in every column.`,
  goals: [
    {
      what: "Added by HTTP in the median, one caller, no delay",
      figure: "addedP50MsAtOne.proxyHttp",
      unit: "ms",
      atMost: 0.45,
      reason: QUEUE,
      next: "profile one connect alone, by processor time, and take away what is done before the create is sent.",
    },
    {
      what: "Added on the socket in the median, one caller, no delay",
      figure: "addedP50MsAtOne.proxySocket",
      unit: "ms",
      atMost: 0.45,
      reason: QUEUE,
      next: "profile one connect alone, by processor time, and take away what is done before the create is sent.",
    },
    {
      what: "Added by HTTP at the 99th percentile, 64 callers, 150 ms",
      figure: "addedP99MsAt64.proxyHttp",
      unit: "ms",
      atMost: 5,
      reason:
        "The tail is a queue at the one core, and collections of garbage; the pass-through's own tail in the same row is the machine's part.",
      next: "a second process beside the first, which Postgres already allows.",
    },
    {
      what: "Added on the socket at the 99th percentile, 64 callers, 150 ms",
      figure: "addedP99MsAt64.proxySocket",
      unit: "ms",
      atMost: 5,
      reason:
        "The tail is a queue at the one core, and collections of garbage; the pass-through's own tail in the same row is the machine's part.",
      next: "a second process beside the first, which Postgres already allows.",
    },
  ],
  comparisons: [
    {
      what: "Added in the median by HTTP, one caller",
      unit: "ms",
      better: "lower",
      ours: "addedP50MsAtOne.proxyHttp",
      controls: [
        {
          name: "the bare pass-through",
          figure: "addedP50MsAtOne.passThrough",
          why: "It forwards one request; it checks no token, judges no SDP, records nothing and supervises nobody.",
        },
        { name: "nginx", figure: "addedP50MsAtOne.nginx", why: "It forwards one request too, in C." },
      ],
    },
  ],
  ratios: [
    { figure: "overPassThroughAtOne.proxyHttp", better: "lower" },
    { figure: "overPassThroughAtOne.proxySocket", better: "lower" },
  ],
  uses: ["nginx", "undici", "ws"],
  quick: { ROUNDS: "1", GOAL_ROUNDS: "2", SECONDS: "0.2", WARM_UP: "100", MOST: "50", CONCURRENCIES: "1,64" },
};
