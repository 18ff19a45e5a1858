import type { ReactElement } from "react";
import { useMessages } from "../call/InterviewProvider.tsx";
import { useCallControls } from "../call/use-call-controls.ts";
import { ActionButton } from "./ActionButton.tsx";

/** Asks for the gesture without which this browser plays no sound; empty where none is needed. Style `.sound-notice`. */
export function SoundNotice(): ReactElement {
  const { soundHeldBack, buttons } = useMessages();
  const { turnOnSound } = useCallControls();
  return (
    <div className="sound-notice" aria-live="polite">
      {turnOnSound && (
        <p>
          {soundHeldBack}{" "}
          <ActionButton look="primary" onPress={turnOnSound}>
            {buttons.turnOnSound}
          </ActionButton>
        </p>
      )}
    </div>
  );
}
