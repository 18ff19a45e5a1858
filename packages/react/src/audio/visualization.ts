import { type AudioLevelMeter, createAudioLevelMeter } from "@interview-proxy/client";

/** What a drawing reads; the arrays are the drawing's own, and are filled. */
export type Sound = Pick<AudioLevelMeter, "level" | "bands" | "waveform">;

/**
 * Shows the sound on its element, 25 times a second. `at`: milliseconds on the page's clock. Where the person asked for less motion,
 * it is called four times a second, and should change colours rather than shapes.
 */
export type DrawSound<E extends Element> = (element: E, sound: Sound, at: number, isCalm: boolean) => void;

/**
 * A timer paces the drawing, not the screen: a loop of 60 or 120 animation frames a second costs more than all that is drawn in it.
 */
const INTERVAL_MS = 40;
const CALM_INTERVAL_MS = 250;

const SILENCE: Sound = {
  level: () => 0,
  bands: (target) => void target.fill(0),
  waveform: (target) => void target.fill(0),
};

/**
 * Draws a stream's sound on an element, without React. It rests while there is nothing to hear, and while the
 * element is out of sight or the page is hidden.
 */
export class Visualization<E extends Element> {
  #draw: DrawSound<E> | undefined;
  #meter: AudioLevelMeter | undefined;
  #element: E | undefined;
  #isInSight = true;
  #motion: MediaQueryList | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** How loud it is now, 0 to 1, linear in decibels from -60 dBFS; 0 without a stream. */
  readonly getLevel = (): number => this.#meter?.level() ?? 0;

  /** Draws with another function from the next frame on. */
  drawWith(draw: DrawSound<E> | undefined): void {
    this.#draw = draw;
  }

  /** Listens to a stream until the returned function is called. */
  listen(stream: MediaStream): () => void {
    const meter = createAudioLevelMeter(stream);
    this.#meter = meter;
    this.#run();
    return () => {
      meter.close();
      if (this.#meter !== meter) return;
      this.#meter = undefined;
      this.#stop();
      this.#paint();
    };
  }

  /** Draws on an element until the returned function is called. */
  readonly attach = (element: E): (() => void) => {
    this.#element = element;
    this.#isInSight = true;
    this.#motion = matchMedia("(prefers-reduced-motion: reduce)");
    const sight = new IntersectionObserver((entries) => {
      this.#isInSight = entries.at(-1)?.isIntersecting ?? true;
      this.#run();
    });
    sight.observe(element);
    // Says the first size, too, and so shows the element at rest.
    const size = new ResizeObserver(() => this.#paint());
    size.observe(element);
    const onVisibility = () => this.#run();
    document.addEventListener("visibilitychange", onVisibility);
    this.#run();
    return () => {
      sight.disconnect();
      size.disconnect();
      document.removeEventListener("visibilitychange", onVisibility);
      this.#element = undefined;
      this.#stop();
    };
  };

  get #hasWork(): boolean {
    return this.#meter !== undefined && this.#element !== undefined && this.#isInSight && !document.hidden;
  }

  /** Brings the loop in line with whether there is something to draw. */
  #run(): void {
    if (!this.#hasWork) this.#stop();
    else if (this.#timer === undefined) this.#next();
  }

  #next(): void {
    this.#timer = setTimeout(
      () => {
        this.#next();
        this.#paint();
      },
      this.#motion?.matches === true ? CALM_INTERVAL_MS : INTERVAL_MS,
    );
  }

  #stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #paint(): void {
    const isCalm = this.#motion?.matches === true;
    if (this.#element) this.#draw?.(this.#element, this.#meter ?? SILENCE, performance.now(), isCalm);
  }
}
