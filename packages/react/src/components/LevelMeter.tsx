import { type ReactElement, useMemo } from "react";
import { useAudioVisualization } from "../audio/use-audio-visualization.ts";
import type { DrawSound } from "../audio/visualization.ts";
import { useMessages } from "../call/InterviewProvider.tsx";
import type { InterviewMessages } from "../messages/messages.ts";

/** Props of {@link LevelMeter}. */
export interface LevelMeterProps {
  /** Whose voice it is; the meter's name. */
  readonly label: string;
  /** Without one, the meter rests at 0. */
  readonly stream: MediaStream | undefined;
}

/** Above this a voice is taken to be heard rather than the room; for words only. */
const HEARD_LEVEL = 0.4;

/** How much the level may fall from one frame to the next, so that the gaps between words do not flicker. */
const FALL_PER_FRAME = 0.04;

/** So often at most the meter's value changes for screen readers. */
const VALUE_INTERVAL_MS = 500;

/**
 * Shows how loud a stream is, without a render. Style `.level-meter[data-active]`, its `[role=meter]` and `.level-meter-fill`, which
 * is scaled.
 */
export function LevelMeter({ label, stream }: LevelMeterProps): ReactElement {
  const { voiceHeard } = useMessages();
  const draw = useMemo(() => createMeterDrawing(voiceHeard), [voiceHeard]);
  const { ref } = useAudioVisualization<HTMLDivElement>(stream, draw);
  return (
    <div className="level-meter" data-active={stream !== undefined}>
      <span aria-hidden="true">{label}</span>
      <div ref={ref} role="meter" aria-label={label} aria-valuemin={0} aria-valuemax={100} aria-valuenow={0}>
        <div className="level-meter-fill" />
      </div>
    </div>
  );
}

function createMeterDrawing({ speaking, quiet }: InterviewMessages["voiceHeard"]): DrawSound<HTMLDivElement> {
  let shown = 0;
  let toldAt = -Infinity;
  return (meter, sound, at, isCalm) => {
    const level = sound.level();
    shown = isCalm ? level : Math.max(level, shown - FALL_PER_FRAME);
    const [fill] = meter.children;
    if (fill instanceof HTMLElement) fill.style.transform = `scaleX(${shown.toFixed(3)})`;
    if (at - toldAt < VALUE_INTERVAL_MS && shown > 0) return;
    toldAt = at;
    meter.setAttribute("aria-valuenow", String(Math.round(shown * 100)));
    meter.setAttribute("aria-valuetext", shown > HEARD_LEVEL ? speaking : quiet);
  };
}
