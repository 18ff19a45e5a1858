import { surfaceOf } from "./drawing-surface.ts";
import type { DrawSound } from "./visualization.ts";

const BANDS = 12;

/** How much of its height a bar keeps from one frame to the next, so that the gaps between words do not flicker. */
const FALL = 0.82;

const GAP_SHARE = 0.4;

/** Upright bars, low tones in the middle and high ones on both sides. */
export function createBars(): DrawSound<HTMLCanvasElement> {
  const now = new Float32Array(BANDS);
  const shown = new Float32Array(BANDS);
  return (canvas, sound, _at, isCalm) => {
    const surface = surfaceOf(canvas);
    if (!surface) return;
    const { context, width, height } = surface;
    sound.bands(now);
    // With less motion, all bars are one high, by the level, and change it slowly.
    if (isCalm) now.fill(sound.level() / 2);
    const pitch = width / (2 * BANDS - 1);
    const thickness = pitch * (1 - GAP_SHARE);
    context.beginPath();
    for (let place = 0; place < 2 * BANDS - 1; place += 1) {
      const band = Math.abs(place - BANDS + 1);
      if (place >= BANDS - 1) shown[band] = Math.max(now[band] ?? 0, (shown[band] ?? 0) * FALL);
      const length = Math.max(thickness, (shown[band] ?? 0) * height);
      context.roundRect(
        place * pitch + (pitch - thickness) / 2,
        (height - length) / 2,
        thickness,
        length,
        thickness / 2,
      );
    }
    context.fill();
  };
}
