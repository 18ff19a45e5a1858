import type { Definition } from "../report/definition.ts";

const NEXT = "look at the step of `steps` at which it begins, and at the plan of its query.";

export const GROWTH: Definition = {
  folder: "growth",
  name: "growth",
  title: "What one session costs as records and sessions grow",
  about: `At 100, 1,000, 10,000 and 50,000 of each. Records: so many ended interviews with a call, turns, usage and marks each, in SQLite and in
Postgres; then, beside them, the statements of a whole interview, of a list's page, of a transcript, and of the sweeps of a machine, timed in
turns. Live sessions: so many in one proxy, begun by pages that have left; then memory of each, the time of one more, and what the process uses
when nothing happens.

- A cost for each session is constant where all of them together grow linearly. \`…Exponent\` is the slope of cost over number, both as
  logarithms: 0 is constant, 1 would make the whole quadratic. The goal leaves the noise of a step a tenth.
- \`queries\`: every method of the records is called and each of its statements explained with 50,000 of everything in the tables.
  A scan is a step that reads a table or an index from end to end, other than tables of machines, tenants and secrets, which do not grow with
  sessions. \`scanned\` names them.
- The control is the same at 100: it is a cost where nothing has grown yet.`,
  goals: [
    {
      what: "Growth of an interview's statements in SQLite, exponent",
      figure: "sqlite.interviewExponent",
      unit: "",
      atMost: 0.1,
      reason: "Indexes grow deeper and pages of the file leave the cache.",
      next: NEXT,
    },
    {
      what: "Growth of an interview's statements in Postgres, exponent",
      figure: "postgres.interviewExponent",
      unit: "",
      atMost: 0.1,
      reason: "Indexes grow deeper and pages leave the cache.",
      next: NEXT,
    },
    {
      what: "Growth of reads (page of a list, transcript) in SQLite, exponent",
      figure: "sqlite.readsExponent",
      unit: "",
      atMost: 0.1,
      reason: "A page of a list reads its rows from more pages of the file.",
      next: NEXT,
    },
    {
      what: "Growth of reads in Postgres, exponent",
      figure: "postgres.readsExponent",
      unit: "",
      atMost: 0.1,
      reason: "A page of a list reads its rows from more pages.",
      next: NEXT,
    },
    {
      what: "Growth of memory for each live session, exponent",
      figure: "live.memoryExponent",
      unit: "",
      atMost: 0.1,
      reason: "A map that grows holds twice its size for a while.",
      next: NEXT,
    },
    {
      what: "Growth of the time of one more live session, exponent",
      figure: "live.openingExponent",
      unit: "",
      atMost: 0.1,
      reason: "Admission counts what runs of a tenant, by its index: one tenant has all sessions here.",
      next: "count running sessions in a row of the tenant, which the lock of an admission already guards.",
    },
    {
      what: "Queries that scan what grows, SQLite",
      figure: "sqlite.scans",
      unit: "queries",
      atMost: 0,
      reason: "`scanned` names them.",
      next: "an index, or a count that is kept.",
    },
    {
      what: "Queries that scan what grows, Postgres",
      figure: "postgres.scans",
      unit: "queries",
      atMost: 0,
      reason: "`scanned` names them.",
      next: "an index, or a count that is kept.",
    },
  ],
  uses: ["Postgres", "libsql"],
  quick: { SIZES: "100,1000", LIVE_SIZES: "150,300", ROUNDS: "5" },
};
