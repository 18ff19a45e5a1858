import { type DrawingSurface, surfaceOf } from "./drawing-surface.ts";
import type { DrawSound } from "./visualization.ts";

/** Each layer follows tones of its own, low ones outside. */
const LAYERS = 3;

const POINTS = 64;

/** Radius in silence, as a share of half the smaller side; what is left is room to grow. */
const REST_RADIUS = 0.7;

/** How much of its size a layer keeps from one frame to the next. */
const INERTIA = 0.75;

const MS_PER_RADIAN = 1_400;

/** A ball of three soft layers that swells with the voice. */
export function createOrb(): DrawSound<HTMLCanvasElement> {
  const bands = new Float32Array(LAYERS);
  const swell = new Float32Array(LAYERS);
  return (canvas, sound, at, isCalm) => {
    const surface = surfaceOf(canvas);
    if (!surface) return;
    const { context } = surface;
    const level = sound.level();
    sound.bands(bands);
    for (let layer = 0; layer < LAYERS; layer += 1) {
      const target = isCalm ? 0 : 0.6 * level + 0.4 * (bands[layer] ?? 0);
      swell[layer] = INERTIA * (swell[layer] ?? 0) + (1 - INERTIA) * target;
      context.globalAlpha = isCalm ? 0.25 + 0.35 * level : 0.3 + 0.15 * layer;
      outline(surface, { size: 1 - layer * 0.2, swell: swell[layer] ?? 0, turn: at / MS_PER_RADIAN + layer * 2.1 });
      context.fill();
    }
    context.globalAlpha = 1;
  };
}

interface Layer {
  readonly size: number;
  /** 0: a circle at rest. */
  readonly swell: number;
  /** In radians. */
  readonly turn: number;
}

/** A closed line around the middle: a circle, with two waves running around it as far as it swells. */
function outline({ context, width, height }: DrawingSurface, { size, swell, turn }: Layer): void {
  const room = Math.min(width, height) / 2;
  const radius = room * size * (REST_RADIUS + (1 - REST_RADIUS) * 0.75 * swell);
  context.beginPath();
  for (let point = 0; point <= POINTS; point += 1) {
    const angle = (point / POINTS) * 2 * Math.PI;
    const wobble = 1 + 0.06 * swell * (Math.sin(3 * angle + turn) + Math.sin(2 * angle - 1.3 * turn));
    context.lineTo(width / 2 + Math.cos(angle) * radius * wobble, height / 2 + Math.sin(angle) * radius * wobble);
  }
  context.closePath();
}
