import type { Definition } from "../report/definition.ts";

export const RECONNECT_STORM_TIME: Definition = {
  folder: "sockets",
  name: "reconnect-storm-time",
  title: "5,000 pages come back after kill -9",
  about: `Pages with a session each on one server, which is killed and started again, in rounds: the proxy with its records in a file, and
the control, a server of \`ws\` that has no sessions, checks nothing and greets whoever comes. Pages come back by the delays of the browser's
client, to both. Figures are medians of the rounds, and in the raw data those of each.

- \`startMs\`: from the kill to the ready line. The control is started only when it has been away for as long as the proxy in the same
  round, because pages that have tried in vain for longer wait longer. The pages are in two processes; how late these were (\`pagesLatenessP99Ms\`) is in all
  times, as are the waits of the pages themselves: the control shows what of a time is theirs.
- \`longestBlockMs\`: for how long the server's event loop stood still after the ready line.`,
  goals: [
    {
      what: "Back within 5 s of the ready line",
      figure: "proxy.backWithin5sPercent",
      unit: "%",
      atLeast: 95,
      reason:
        "Pages wait up to the longest of their delays; the control's share in the same rounds is what waiting alone comes to.",
      next: "shorter delays for the first tries, measured against what they cost a server that is overloaded.",
    },
    {
      what: "Refused for good",
      figure: "proxy.refusedForGood",
      unit: "pages",
      atMost: 0,
      reason: "A page was told that its session is over.",
      next: "look for the code that it was told.",
    },
    {
      what: "The event loop's longest block",
      figure: "proxy.longestBlockMs",
      unit: "ms",
      atMost: 250,
      reason: "What comes at once is done at once.",
      next: "a profile of the first second after the ready line.",
    },
  ],
  comparisons: [
    {
      what: "From the ready line until 95 % of the pages are back",
      unit: "ms",
      better: "lower",
      ours: "proxy.readyToBackP95Ms",
      controls: [
        {
          name: "bare ws",
          figure: "bareWs.readyToBackP95Ms",
          why: "It greets whoever comes; the proxy checks a resume token, claims the session in the records and commits the next token, for each page.",
        },
      ],
    },
  ],
  ratios: [{ figure: "readyToBackOverBareWs", better: "lower" }],
  uses: ["ws"],
  quick: { SOCKETS: "200", ROUNDS: "1" },
};
