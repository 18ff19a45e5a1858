import type { Definition } from "../report/definition.ts";

export const SUPERVISION_LOAD: Definition = {
  folder: "supervision",
  name: "supervision-load",
  title: "Sideband events a second on one core, until each turn is stored",
  method: 2,
  about: `500 supervised calls in one proxy, bound to one core, with its records in SQLite and then in Postgres. A process on the other core plays
recorded interviews of the simulator to their sidebands, faster with each step; clients hear every word and turn. Figures of a step are medians
of three rounds of a second and a half, and of five where turns were late in those. The control, on the same core and in turn with each round
of the first step, is a process that reads as many sidebands with the same WebSocket library, parses each event as JSON and does nothing else.

- \`eventToStoredTurn\`: from the sending of the event that makes a turn final until a client hears of the turn, which is told only when it is
  written. Both by the machine's monotonic clock.
- \`eventsPerSecond\`: where the 99th percentile reaches 100 ms, between the last step that was held and the first that was not, by the
  logarithm of the two tails. A step is held at which the tail was within 100 ms, every turn was stored exactly once and 97 % of what was to be
  played was sent (\`highestHeldPerSecond\`). Where the generator ends the series (\`isGeneratorsEnd\`), more may be possible.
- \`cpuUsPerEvent\`, \`cpuOverReader\`: of the first step. \`eventsPerProcessorSecond\`: what a second of the core's time is enough for, by what an
  event cost at the highest step that was held.
- \`generatorLatenessP99Ms\`, \`clientsLatenessP99Ms\`: how late timers are in the processes that make the load, which share the other core
  with Postgres. What they are late is in the times above.

\`npm run bench:long\` holds a load of 500 calls for ten minutes and looks at memory, see [long runs](long-runs-supervision.md).`,
  goals: [
    {
      what: "Events a second, SQLite",
      figure: "sqlite.eventsPerSecond",
      unit: "a second",
      atLeast: 20_000,
      reason:
        "By profile the largest part is the read of one small frame from its socket for each event, then to assemble turns, then the statements. One commit for many turns was tried and saves a third of a statement from 30 rows on, which are rarely there at once.",
      next: "a larger young generation, which V8 collects less often; frames of several events read at once.",
    },
    {
      what: "Events a second, Postgres",
      figure: "postgres.eventsPerSecond",
      unit: "a second",
      atLeast: 20_000,
      reason: "As with SQLite; and the server of the database shares the other core with the load.",
      next: "items and uses of several calls in one statement: they are two thirds of the writes.",
    },
    ...(["sqlite", "postgres"] as const).map((store) => ({
      what: `Turns lost, doubled or altered, ${{ sqlite: "SQLite", postgres: "Postgres" }[store]}`,
      figure: `${store}.wrongTurns`,
      unit: "",
      atMost: 0,
      reason: "`lost`, `doubled` and `altered` say how many of each.",
      next: "compare the transcript with what was played.",
    })),
  ],
  comparisons: [
    {
      what: "Processor time of an event, SQLite",
      unit: "µs",
      better: "lower",
      ours: "sqlite.cpuUsPerEvent",
      controls: [
        {
          name: "a reader",
          figure: "reader.cpuUsPerEvent",
          why: "It parses each event and forgets it: nothing is assembled, stored or passed on.",
        },
      ],
    },
    {
      what: "Processor time of an event, Postgres",
      unit: "µs",
      better: "lower",
      ours: "postgres.cpuUsPerEvent",
      controls: [
        {
          name: "a reader",
          figure: "reader.cpuUsPerEvent",
          why: "It parses each event and forgets it: nothing is assembled, stored or passed on.",
        },
      ],
    },
  ],
  ratios: [
    { figure: "sqlite.cpuOverReader", better: "lower" },
    { figure: "postgres.cpuOverReader", better: "lower" },
  ],
  uses: ["ws", "Postgres"],
  quick: { CALLS: "20", STEPS: "1000,2000", SECONDS: "1", EXCHANGES: "12", WARM_UP_MS: "2000" },
};
