import { createAudioLevelMeter } from "@interview-proxy/client";
import { useEffect, useState } from "react";

/** Steps of the level; fewer renders, and no eye sees more on a meter. */
const STEPS = 40;

/** How much the level may fall from one frame to the next, so that the gaps between words do not flicker. */
const FALL_PER_FRAME = 0.02;

/** How loud a stream is, 0 to 1 on a scale linear in decibels. 0 without a stream and while the page is hidden. */
export function useAudioLevel(stream: MediaStream | undefined): number {
  const [level, setLevel] = useState(0);

  useEffect(() => {
    if (!stream) return undefined;
    const meter = createAudioLevelMeter(stream);
    let shown = 0;
    const read = () => {
      shown = Math.max(meter.level(), shown - FALL_PER_FRAME);
      setLevel(Math.round(shown * STEPS) / STEPS);
      frame = requestAnimationFrame(read);
    };
    let frame = requestAnimationFrame(read);
    return () => {
      cancelAnimationFrame(frame);
      meter.close();
      setLevel(0);
    };
  }, [stream]);

  return level;
}
