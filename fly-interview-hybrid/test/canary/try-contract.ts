import { type CallReport, type Fault, startSimulator } from "openai-voice-simulator";
import { type CanaryResult, runCanary } from "../../src/canary/run-canary.ts";
import { CLIENT_WAS_LOST } from "../../src/canary/steps/connection.ts";
import type { Row } from "../../src/canary/step.ts";
import { systemClock } from "../../src/clock.ts";
import { readConfig } from "../../src/config/config.ts";
import { type Alteration, alteringRelay } from "./altering-relay.ts";

/** The test is run again then, with everything of it anew. */
export const RETRY_LOST_CLIENT = { retry: { count: 2, condition: new RegExp(CLIENT_WAS_LOST) } };

const KEY = "sk-canary-key";

/** Long enough for a busy machine, short enough to be waited for in vain. In milliseconds. */
const PATIENCE_MS = 2000;

export interface Tried extends CanaryResult {
  /** Every one that was made; none lives. */
  readonly calls: readonly CallReport[];
  /** Verdicts other than ok, by step. */
  readonly verdicts: Readonly<Record<string, Row["verdict"]>>;
  /** What a step saw. */
  seen(step: string): string;
}

export interface TryOptions {
  readonly fault?: Fault;
  readonly alteration?: Alteration;
  /** Settings besides those that say where the simulator is. */
  readonly settings?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  readonly onRow?: (row: Row) => void;
}

/** Runs a canary against a simulator of its own, and makes sure that it leaves no call behind. */
export async function tryContract(options: TryOptions = {}): Promise<Tried> {
  const script = { turns: [{ interviewer: "Hello and welcome." }] };
  const simulator = await startSimulator({ script, apiKeys: [KEY] });
  const relay = await alteringRelay(simulator.baseUrl, options.alteration ?? {});
  try {
    if (options.fault !== undefined) simulator.injectFault(options.fault);
    const result = await runCanary({
      config: readConfig({ ...options.settings, OPENAI_API_KEY: KEY, OPENAI_BASE_URL: relay.baseUrl }),
      clock: systemClock,
      signal: options.signal ?? new AbortController().signal,
      patienceMs: PATIENCE_MS,
      onRow: options.onRow ?? (() => undefined),
    });
    // A client that closes its line is gone for the simulator some milliseconds later.
    for (const { id } of simulator.liveCalls())
      await simulator.waitFor(({ type, callId }) => type === "call.ended" && callId === id);
    const { rows } = result;
    if (rows.some(({ seen }) => seen === CLIENT_WAS_LOST)) throw new Error(CLIENT_WAS_LOST);
    return {
      ...result,
      calls: simulator.calls(),
      verdicts: Object.fromEntries(rows.flatMap(({ step, verdict }) => (verdict === "ok" ? [] : [[step, verdict]]))),
      seen: (step) => rows.find((row) => row.step === step)?.seen ?? "",
    };
  } finally {
    relay.close();
    await simulator.close();
  }
}
