import { useCallControls, useMessages } from "@interview-proxy/react";
import { type MouseEvent, type ReactElement, useState } from "react";
import { Dialog } from "../Dialog.tsx";
import { usePageMessages } from "./page-context.ts";

/**
 * Starts, continues and ends the one interview of an invitation, in one button that keeps its place and the focus. Nothing begins
 * another one, and ending, which nobody can undo, is asked for twice.
 */
export function CandidateButton(): ReactElement {
  const { buttons } = useMessages();
  const { ending } = usePageMessages();
  const { connect, disconnect, resume } = useCallControls();
  const [isAsking, setAsking] = useState(false);
  const [label, press] = resume
    ? [buttons.resume, resume]
    : connect
      ? [buttons.start, connect]
      : [buttons.end, disconnect && (() => setAsking(true))];
  // Any look but that of the first thing to do, so that nobody ends the interview by habit.
  const look = resume || connect ? " primary" : "";
  return (
    <div className="interview-buttons">
      <button type="button" className={`interview-button${look}`} aria-disabled={!press} onClick={press && once(press)}>
        {label}
      </button>
      <Dialog title={ending.title} isOpen={isAsking} onClose={() => setAsking(false)}>
        <p>{ending.text}</p>
        <div className="interview-buttons">
          <button type="button" className="interview-button primary" onClick={() => setAsking(false)}>
            {ending.goOn}
          </button>
          <button
            type="button"
            className="interview-button"
            onClick={() => {
              setAsking(false);
              disconnect?.();
            }}
          >
            {ending.end}
          </button>
        </div>
      </Dialog>
    </div>
  );
}

/** The second half of a double click on "Start" would ask whether to end. */
function once(press: () => void): (event: MouseEvent) => void {
  return ({ detail: clicksInARow }) => {
    if (clicksInARow <= 1) press();
  };
}
