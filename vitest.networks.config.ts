import { defineConfig } from "vitest/config";

// What candidates see over bad networks: takes minutes of real time, and is not run in CI. Against the build.
export default defineConfig({
  test: {
    include: ["e2e/networks/*.long.ts"],
    fileParallelism: false,
    hookTimeout: 120_000,
  },
});
