import type { Scenario } from "@interview-proxy/client";
import { useCallSnapshot, useInterviewCall } from "@interview-proxy/react";
import { type ReactElement, useId, useState } from "react";

/** What each fault is called, in the order of the buttons. */
const SCENARIOS: Readonly<Record<Scenario, string>> = {
  "drop-socket": "Drop the socket",
  "block-udp": "Block UDP",
  "lose-device": "Lose the microphone",
  "expire-token": "Expire the token",
};

/** Makes faults happen in the provider's interview, to see what becomes of it. */
export function ScenarioButtons(): ReactElement {
  const id = useId();
  const call = useInterviewCall();
  const isRunning = useCallSnapshot(({ state }) => state === "connected" || state === "interrupted");
  const [outcome, setOutcome] = useState("");
  const simulate = (scenario: Scenario) =>
    call.simulateScenario(scenario).then(
      () => setOutcome(`Done: ${SCENARIOS[scenario].toLowerCase()}.`),
      (error: unknown) => setOutcome(error instanceof Error ? error.message : String(error)),
    );
  return (
    <details className="debug-panel">
      <summary>Try a fault</summary>
      <div className="scenarios">
        <p id={id} className="hint">
          {isRunning ? "Each happens once, now." : "Connect first: faults happen in an interview that runs."}
        </p>
        <div role="group" aria-label="Faults" aria-describedby={id} className="interview-buttons">
          {(Object.keys(SCENARIOS) as Scenario[]).map((scenario) => (
            <button
              key={scenario}
              type="button"
              className="interview-button"
              aria-disabled={!isRunning}
              onClick={() => void (isRunning && simulate(scenario))}
            >
              {SCENARIOS[scenario]}
            </button>
          ))}
        </div>
        <p aria-live="polite" className="outcome">
          {outcome}
        </p>
      </div>
    </details>
  );
}
