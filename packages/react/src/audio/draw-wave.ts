import { surfaceOf } from "./drawing-surface.ts";
import type { DrawSound } from "./visualization.ts";

const POINTS = 48;
const THICKNESS_PX = 3;

/** Speech is far from full scale; so much is added for the eye. */
const GAIN = 3;

/** How much a point keeps of where it was. */
const INERTIA = 0.5;

/** One line that swings as the sound does, and lies still in silence. */
export function createWave(): DrawSound<HTMLCanvasElement> {
  const now = new Float32Array(POINTS);
  const shown = new Float32Array(POINTS);
  return (canvas, sound, _at, isCalm) => {
    const surface = surfaceOf(canvas);
    if (!surface) return;
    const { context, width, height } = surface;
    sound.waveform(now);
    const reach = height / 2 - THICKNESS_PX;
    context.lineWidth = isCalm ? THICKNESS_PX * (1 + 2 * sound.level()) : THICKNESS_PX;
    context.lineCap = "round";
    context.lineJoin = "round";
    context.beginPath();
    for (let point = 0; point < POINTS; point += 1) {
      const share = point / (POINTS - 1);
      // Both ends are held, as those of a string.
      const target = isCalm ? 0 : Math.tanh((now[point] ?? 0) * GAIN) * Math.sin(Math.PI * share);
      const place = INERTIA * (shown[point] ?? 0) + (1 - INERTIA) * target;
      shown[point] = place;
      context.lineTo(THICKNESS_PX + share * (width - 2 * THICKNESS_PX), height / 2 + place * reach);
    }
    context.stroke();
  };
}
