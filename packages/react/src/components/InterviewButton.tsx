import type { MouseEvent, ReactElement } from "react";
import { useMessages } from "../call/InterviewProvider.tsx";
import { useCallControls } from "../call/use-call-controls.ts";
import { ActionButton } from "./ActionButton.tsx";

/**
 * What a candidate does next, in one button that keeps its place and the focus: starts the interview, continues the one that this
 * tab has kept, or ends it. Beside an interview that can be continued there is a second one, which begins anew and ends that. Style
 * `.interview-buttons` and `.interview-button.primary`.
 */
export function InterviewButton(): ReactElement {
  const { buttons } = useMessages();
  const { connect, disconnect, resume } = useCallControls();
  const [label, next] = resume
    ? [buttons.resume, resume]
    : connect
      ? [buttons.start, connect]
      : [buttons.end, disconnect];
  return (
    <div className="interview-buttons">
      <ActionButton look={next === disconnect ? undefined : "primary"} onPress={next && once(next)}>
        {label}
      </ActionButton>
      {resume && <ActionButton onPress={connect && once(connect)}>{buttons.startNew}</ActionButton>}
    </div>
  );
}

/** The second half of a double click on "Start" would end the interview. */
function once(press: () => void): (event: MouseEvent) => void {
  return ({ detail: clicksInARow }) => {
    if (clicksInARow <= 1) press();
  };
}
