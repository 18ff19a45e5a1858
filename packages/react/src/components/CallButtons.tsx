import { type ReactElement, useState } from "react";
import { useMessages } from "../call/InterviewProvider.tsx";
import { useCallControls } from "../call/use-call-controls.ts";
import { ActionButton } from "./ActionButton.tsx";

/** Props of {@link CallButtons}. */
export interface CallButtonsProps {
  /** `line`: "Connect" and "Disconnect"; `interview`: "Start the interview" and "End the interview". */
  readonly wording?: "line" | "interview" | undefined;
}

/**
 * Begins, continues and ends the interview. All buttons stay in place and take focus even while they have nothing to do: else focus
 * would be lost on each press, and the second half of a double click on "Connect" would hit "Disconnect". An interview that this
 * tab has kept comes first; whoever begins another one ends it. Style `.interview-buttons` and `.interview-button.primary`.
 */
export function CallButtons({ wording = "line" }: CallButtonsProps): ReactElement {
  const { buttons } = useMessages();
  const { connect, disconnect, resume } = useCallControls();
  const [begin, end] = wording === "line" ? [buttons.connect, buttons.disconnect] : [buttons.start, buttons.end];
  // Once there was something to continue its button stays, so that a press does not take the focus away.
  const [couldResume, setCouldResume] = useState(resume !== undefined);
  if (resume && !couldResume) setCouldResume(true);
  return (
    <div className="interview-buttons">
      {couldResume && (
        <ActionButton look="primary" onPress={resume}>
          {buttons.resume}
        </ActionButton>
      )}
      <ActionButton look={resume ? undefined : "primary"} onPress={connect}>
        {resume ? buttons.startNew : begin}
      </ActionButton>
      <ActionButton onPress={disconnect}>{end}</ActionButton>
    </div>
  );
}
