import { type RefCallback, useEffect, useLayoutEffect, useState } from "react";
import { type DrawSound, Visualization } from "./visualization.ts";

/** What {@link useAudioVisualization} returns: the same functions in every render. */
export interface AudioVisualization<E extends Element> {
  /** For the element to draw on: `<canvas ref={ref} />`. */
  readonly ref: RefCallback<E>;
  /** How loud it is now, 0 to 1, linear in decibels from -60 dBFS; 0 without a stream. For a loop of your own. */
  readonly getLevel: () => number;
}

/**
 * Shows a stream's sound without a render: `draw` is called for each frame with the element that has the `ref`, while the stream
 * is there and the element is in sight, and once more when the stream is gone. It may be another function with each render.
 */
export function useAudioVisualization<E extends Element = HTMLCanvasElement>(
  stream: MediaStream | undefined,
  draw?: DrawSound<E>,
): AudioVisualization<E> {
  const [visualization] = useState(() => new Visualization<E>());
  useLayoutEffect(() => {
    visualization.drawWith(draw);
  });
  useEffect(() => (stream ? visualization.listen(stream) : undefined), [stream, visualization]);
  return { ref: visualization.attach, getLevel: visualization.getLevel };
}
