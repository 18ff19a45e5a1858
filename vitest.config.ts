import { defineConfig } from "vitest/config";
import { SlowestFirst } from "./vitest.sequencer.ts";

/** Workspace packages are read from source, so that a test never runs against a stale build. */
const fromSource = {
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source"] } },
};

/** Only a test that hangs takes so long, also on a machine with other work: interviews at the speed of speech take ten seconds. */
const PATIENT = { testTimeout: 60_000, hookTimeout: 60_000 };

/** The slowest of the whole-system tests listen to an interview at the speed of speech. */
const wholeSystem = { testTimeout: 120_000, hookTimeout: 120_000 };

/** What makes calls, and so runs with either voice API: VOICE_API says which, see `fly-interview-hybrid/test/doors/voice-api.ts`. */
const WITH_EITHER_API = {
  packages: ["fly-interview-hybrid/test/{doors,machines,outages,long-runs}/**/*.test.ts"],
  e2e: [
    "e2e/interview/{interview,instructions}.test.ts",
    "e2e/recovery/{returning-page,killed-proxy,killed-machine,second-machine}.test.ts",
  ],
};

/** These speak to no voice service, to one API by its name, or of what is the same whichever it is. */
const WHATEVER_THE_API = [
  "fly-interview-hybrid/test/doors/openai/**",
  "fly-interview-hybrid/test/doors/*-document.test.ts",
  "fly-interview-hybrid/test/doors/{bad-input,bad-session-requests,brief-memory,event-backlog,event-stream,invitation}.test.ts",
  "fly-interview-hybrid/test/doors/{live-audio,live-interview,message-budgets,metrics,operator-sign-in,operator-stream}.test.ts",
  "fly-interview-hybrid/test/doors/{person-erasure,person-export,reconnect,repeated-refusals,scheduled-session,session-list}.test.ts",
  "fly-interview-hybrid/test/doors/{short-lived-key,socket-admission}.test.ts",
  "fly-interview-hybrid/test/machines/{hand-over,invitation,person-erasure,relay}.test.ts",
  "fly-interview-hybrid/test/outages/{person-erasure,redis-away}.test.ts",
  "fly-interview-hybrid/test/long-runs/random-faults.test.ts",
];

// The whole-system tests run last and against the build, because the build is what users start.
export default defineConfig({
  test: {
    sequence: { sequencer: SlowestFirst },
    projects: [
      {
        ...fromSource,
        test: {
          name: "packages",
          include: [
            "packages/*/test/**/*.test.{ts,tsx}",
            "web/test/**/*.test.{ts,tsx}",
            "fly-interview-hybrid/test/**/*.test.ts",
            "supabase/test/**/*.test.ts",
            "bench/test/**/*.test.ts",
          ],
          ...PATIENT,
          // The canary's tests are concurrent, and most of their time is waiting.
          maxConcurrency: 10,
          // Most of their time is waiting, for databases and sockets.
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
        },
      },
      {
        ...fromSource,
        test: {
          name: "packages-live",
          include: WITH_EITHER_API.packages,
          exclude: WHATEVER_THE_API,
          env: { VOICE_API: "live" },
          ...PATIENT,
          maxWorkers: 4,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...wholeSystem,
          name: "e2e",
          include: ["e2e/{browsers,candidate,interview,ops,platform,recovery}/**/*.test.ts"],
          // Most of their time is speech, so that three have room beside each other.
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          ...wholeSystem,
          name: "e2e-live",
          include: WITH_EITHER_API.e2e,
          env: { VOICE_API: "live" },
          maxWorkers: 3,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          ...wholeSystem,
          name: "commands",
          include: ["e2e/commands/**/*.test.ts"],
          // They install and build. `known-ports` takes as long as all others together.
          maxWorkers: 2,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
