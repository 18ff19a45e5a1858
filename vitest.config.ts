import { defineConfig } from "vitest/config";

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
          include: ["packages/*/test/**/*.test.ts", "fly-interview-hybrid/test/**/*.test.ts"],
          testTimeout: 20_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: "e2e",
          include: ["e2e/**/*.test.ts"],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
          sequence: { groupOrder: 2 },
        },
      },
    ],
  },
});
