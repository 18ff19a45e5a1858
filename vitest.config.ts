import { defineConfig } from "vitest/config";

/** The slowest of the whole-system tests listen to an interview at the speed of speech. */
const wholeSystem = { testTimeout: 120_000, hookTimeout: 120_000 };

// Workspace packages are read from source, so that a test never runs against a stale build. The whole-system tests run
// last and against the build, because the build is what users start.
export default defineConfig({
  test: {
    projects: [
      {
        resolve: { conditions: ["source"] },
        ssr: { resolve: { conditions: ["source"] } },
        test: {
          name: "packages",
          include: [
            "packages/*/test/**/*.test.ts",
            "fly-interview-hybrid/test/**/*.test.ts",
            "supabase/test/**/*.test.ts",
          ],
          testTimeout: 20_000,
          // The canary's tests are concurrent, and most of their time is waiting.
          maxConcurrency: 10,
          // Most of their time is waiting, for databases and sockets.
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          ...wholeSystem,
          name: "e2e",
          include: ["e2e/{interview,platform,recovery}/**/*.test.ts"],
          // Most of their time is speech, so that two have room beside each other.
          maxWorkers: 2,
          sequence: { groupOrder: 2 },
        },
      },
      {
        test: {
          ...wholeSystem,
          name: "commands",
          include: ["e2e/commands/**/*.test.ts"],
          // They install and build, on the ports that users know.
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
    ],
  },
});
