import type { InterviewSnapshot } from "@interview-proxy/client";
import type { MouseEvent, ReactElement } from "react";
import { useMessages } from "../call/InterviewProvider.tsx";
import { useCallControls } from "../call/use-call-controls.ts";
import { useCallSnapshot } from "../call/use-call-snapshot.ts";
import { ActionButton } from "./ActionButton.tsx";

/** After these there is nothing to begin again; the other reasons are accidents. */
const FINAL: ReadonlySet<InterviewSnapshot["endReason"]> = new Set([
  "completed",
  "time_limit",
  "budget_exceeded",
  "policy_violation",
  "deleted",
  "ended_by_service",
  "not_started",
]);

/**
 * What a candidate does next, in one button that keeps its place and the focus: starts the interview, continues the one that this
 * tab has kept, ends it, or connects again after an accident. Beside an interview that can be continued there is a second one, which
 * begins anew and ends that. Nothing once the interview is over for good. Style `.interview-buttons` and `.interview-button.primary`.
 */
export function InterviewButton(): ReactElement | undefined {
  const { buttons } = useMessages();
  const { connect, prepare, resume } = useCallControls();
  const isOver = useCallSnapshot(({ endReason }) => FINAL.has(endReason));
  const { label, press } = useNext();
  if (isOver && connect) return undefined;
  return (
    <div className="interview-buttons">
      <ActionButton look={resume || connect ? "primary" : undefined} onPress={press && once(press)} onNear={prepare}>
        {label}
      </ActionButton>
      {resume && <ActionButton onPress={connect && once(connect)}>{buttons.startNew}</ActionButton>}
    </div>
  );
}

function useNext(): { readonly label: string; readonly press: (() => void) | undefined } {
  const { buttons } = useMessages();
  const { connect, disconnect, resume } = useCallControls();
  const isFirst = useCallSnapshot(({ state }) => state === "idle");
  if (resume) return { label: buttons.resume, press: resume };
  if (connect) return { label: isFirst ? buttons.start : buttons.connectAgain, press: connect };
  return { label: buttons.end, press: disconnect };
}

/** The second half of a double click on "Start" would end the interview. */
function once(press: () => void): (event: MouseEvent) => void {
  return ({ detail: clicksInARow }) => {
    if (clicksInARow <= 1) press();
  };
}
