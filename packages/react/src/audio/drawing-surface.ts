/** A canvas, cleared, in CSS pixels, and with its own CSS `color` to draw in. */
export interface DrawingSurface {
  readonly context: CanvasRenderingContext2D;
  readonly width: number;
  readonly height: number;
}

/** Beyond this many device pixels for a CSS pixel no eye sees more, and each costs time. */
const MAX_PIXEL_RATIO = 2;

/** Fits the canvas to its place on the page; `undefined` where it cannot be drawn on, or has no size. */
export function surfaceOf(canvas: HTMLCanvasElement): DrawingSurface | undefined {
  const context = canvas.getContext("2d");
  const { clientWidth: width, clientHeight: height } = canvas;
  if (!context || width === 0 || height === 0) return undefined;
  const ratio = Math.min(devicePixelRatio, MAX_PIXEL_RATIO);
  const [columns, rows] = [Math.round(width * ratio), Math.round(height * ratio)];
  // Setting them, even to the same, throws the canvas's memory away.
  if (canvas.width !== columns) canvas.width = columns;
  if (canvas.height !== rows) canvas.height = rows;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  // Read each time, as the theme may change. Chromium takes "currentcolor" for black here.
  const { color } = getComputedStyle(canvas);
  context.fillStyle = color;
  context.strokeStyle = color;
  return { context, width, height };
}
