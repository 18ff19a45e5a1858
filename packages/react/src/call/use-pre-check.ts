import type { Check, PreCheckOptions } from "@interview-proxy/client";
import { preCheck } from "@interview-proxy/client/pre-check";
import { useState } from "react";
import { useOwned } from "./use-owned.ts";
import { useReadable } from "./use-readable.ts";

/** A check of device and connection. */
export interface PreCheckRun {
  readonly checks: readonly Check[];
  /** `none` before the first run. */
  readonly summary: "none" | "running" | "passed" | "warning" | "failed";
  /** Does all checks anew; to be called from a click, else the browser may play no sound. Never rejects. */
  readonly run: () => Promise<readonly Check[]>;
  /** Whether the person has heard the test sound. */
  readonly confirmSound: (isHeard: boolean) => void;
}

/**
 * Tries out, before an interview, all that it needs. Belongs to the component, and stops when that goes. It keeps the options of the
 * first render; give the component another `key` to change them.
 */
export function usePreCheck(options: PreCheckOptions): PreCheckRun {
  const owned = useOwned(
    () => preCheck(options),
    (check) => check.close(),
  );
  const checks = useReadable(owned);
  const [isRunning, setRunning] = useState(false);
  return {
    checks,
    summary: isRunning ? "running" : summaryOf(checks),
    async run() {
      setRunning(true);
      const results = await owned.run();
      setRunning(false);
      return results;
    },
    confirmSound: (isHeard) => owned.confirmSound(isHeard),
  };
}

function summaryOf(checks: readonly Check[]): PreCheckRun["summary"] {
  const has = (wanted: Check["status"]) => checks.some(({ status }) => status === wanted);
  if (has("running")) return "running";
  if (checks.every(({ status }) => status === "waiting")) return "none";
  if (has("failed")) return "failed";
  return has("warning") ? "warning" : "passed";
}
