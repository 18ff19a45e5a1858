import { type ReactElement, useState } from "react";
import { useMessages } from "../call/InterviewProvider.tsx";
import { useCallControls } from "../call/use-call-controls.ts";
import { ActionButton } from "./ActionButton.tsx";

/**
 * Begins, continues and ends the interview. All buttons stay in place and take focus even while they have nothing to do: else focus
 * would be lost on each press, and the second half of a double click on "Connect" would hit "Disconnect". An interview that this
 * tab has kept comes first; whoever begins another one ends it. Style `.interview-buttons` and `.interview-button.primary`.
 */
export function CallButtons(): ReactElement {
  const { buttons } = useMessages();
  const { connect, prepare, disconnect, resume } = useCallControls();
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
      <ActionButton look={resume ? undefined : "primary"} onPress={connect} onNear={prepare}>
        {resume ? buttons.startNew : buttons.connect}
      </ActionButton>
      <ActionButton onPress={disconnect}>{buttons.disconnect}</ActionButton>
    </div>
  );
}
