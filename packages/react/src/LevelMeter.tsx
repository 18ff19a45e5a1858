import type { ReactElement } from "react";
import { useAudioLevel } from "./use-audio-level.ts";

/** Props of {@link LevelMeter}. */
export interface LevelMeterProps {
  /** Whose voice it is; the meter's name. */
  readonly label: string;
  /** Without one, the meter rests at 0. */
  readonly stream: MediaStream | undefined;
}

/** Above this a voice is taken to be heard rather than the room; for words only. */
const HEARD_LEVEL = 0.4;

/** Shows how loud a stream is. Style `.level-meter`, its `[role=meter]` and `.level-meter-fill`. */
export function LevelMeter({ label, stream }: LevelMeterProps): ReactElement {
  const level = useAudioLevel(stream);
  const percent = Math.round(level * 100);
  return (
    <div className="level-meter" data-active={stream !== undefined}>
      <span aria-hidden="true">{label}</span>
      <div
        role="meter"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        aria-valuetext={level > HEARD_LEVEL ? "speaking" : "quiet"}
      >
        <div className="level-meter-fill" style={{ inlineSize: `${percent}%` }} />
      </div>
    </div>
  );
}
