import type { Clock } from "../clock.ts";

/** Whether anybody is present in a session; when nobody has been for too long, it says so. */
export class Presence {
  readonly #clock: Clock;
  readonly #idleMs: () => number;
  readonly #isBusy: () => boolean;
  readonly #onIdle: () => void;
  #here = 0;
  #cancel: () => void = () => undefined;

  /** `isBusy`: true while somebody counts as present although nobody has arrived. */
  constructor(
    clock: Clock,
    on: { readonly idleMs: () => number; readonly isBusy: () => boolean; readonly onIdle: () => void },
  ) {
    this.#clock = clock;
    this.#idleMs = on.idleMs;
    this.#isBusy = on.isBusy;
    this.#onIdle = on.onIdle;
  }

  /** Whether somebody has arrived who has not gone. */
  get isAnybodyHere(): boolean {
    return this.#here > 0;
  }

  /** Somebody is present until the returned function is called. */
  arrive(): () => void {
    let isHere = true;
    this.#here += 1;
    this.note();
    return () => {
      if (!isHere) return;
      isHere = false;
      this.#here -= 1;
      this.note();
    };
  }

  /** Somebody was seen: the idle time counts anew. */
  note(): void {
    this.#cancel();
    if (this.#here > 0 || this.#isBusy()) return;
    this.#cancel = this.#clock.after(this.#idleMs(), this.#onIdle);
  }
}
