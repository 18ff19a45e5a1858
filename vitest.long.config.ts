import { defineConfig } from "vitest/config";
import { LongRunReport } from "./fly-interview-hybrid/test/long-runs/long-run-report.ts";

// What takes minutes and is not run in CI. Sources are read as in vitest.config.ts.
export default defineConfig({
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source"] } },
  test: {
    include: ["fly-interview-hybrid/test/long-runs/**/*.long.ts"],
    fileParallelism: false,
    reporters: ["default", new LongRunReport("docs/long-runs.md")],
  },
});
