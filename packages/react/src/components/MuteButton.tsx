import type { ReactElement } from "react";
import { useMessages } from "../call/InterviewProvider.tsx";
import { useMute } from "../call/use-mute.ts";
import { Icon } from "./Icon.tsx";

/** Mutes the candidate, and back: it is named after what it would do. Style `.mute-button[data-muted]`. */
export function MuteButton(): ReactElement {
  const { buttons } = useMessages();
  const { muted, setMuted } = useMute();
  return (
    <button type="button" className="interview-button mute-button" data-muted={muted} onClick={() => setMuted(!muted)}>
      <Icon name={muted ? "muted" : "microphone"} />
      {muted ? buttons.unmute : buttons.mute}
    </button>
  );
}
