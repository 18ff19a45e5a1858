import { type ReactElement, useMemo } from "react";
import { createBars } from "../audio/draw-bars.ts";
import { createOrb } from "../audio/draw-orb.ts";
import { createWave } from "../audio/draw-wave.ts";
import { useAudioVisualization } from "../audio/use-audio-visualization.ts";

/** Props of {@link AudioVisualizer}. */
export interface AudioVisualizerProps {
  /** Without one, the shape is at rest. */
  readonly stream: MediaStream | undefined;
  /** `orb` unless told otherwise. */
  readonly shape?: VisualizerShape | undefined;
}

/** `bars`: tones; `wave`: the sound itself; `orb`: a ball that swells with the voice. */
export type VisualizerShape = keyof typeof SHAPES;

const SHAPES = { bars: createBars, wave: createWave, orb: createOrb };

/**
 * Shows a voice as a moving shape, for eyes only: `LevelMeter` says the same to screen readers. Renders never; where less motion
 * is asked for, it grows no shapes but changes slowly. Style `.audio-visualizer[data-shape][data-active]`: its size, and `color`.
 */
export function AudioVisualizer({ stream, shape = "orb" }: AudioVisualizerProps): ReactElement {
  const draw = useMemo(() => SHAPES[shape](), [shape]);
  const { ref } = useAudioVisualization(stream, draw);
  return (
    <canvas
      ref={ref}
      className="audio-visualizer"
      data-shape={shape}
      data-active={stream !== undefined}
      aria-hidden="true"
    />
  );
}
