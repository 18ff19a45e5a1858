import type { Clock } from "../../clock.ts";
import { ProxyError } from "../../errors.ts";

/** How often it is looked which machines live, in milliseconds. */
const LOOK_EVERY_MS = 500;

/**
 * What is under way to other machines. It is cut off when its machine is dead: where a whole host is gone, nothing comes
 * over the wire that would say so.
 */
export class RelayedTraffic {
  readonly #open = new Map<AbortController, string>();
  readonly #limit: number;
  readonly #livesAt: (address: string) => boolean;
  readonly #clock: Clock;
  #cancel: () => void;

  constructor(limit: number, livesAt: (address: string) => boolean, clock: Clock) {
    this.#limit = limit;
    this.#livesAt = livesAt;
    this.#clock = clock;
    this.#cancel = clock.after(LOOK_EVERY_MS, () => this.#look());
  }

  /** Begins something to the machine at a base URL; whoever began it, or this, may abort it. Throws CONNECTION_LIMIT. */
  begin(address: string): AbortController {
    if (this.#open.size >= this.#limit) throw new ProxyError("CONNECTION_LIMIT");
    const cut = new AbortController();
    this.#open.set(cut, address);
    cut.signal.addEventListener("abort", () => this.#open.delete(cut), { once: true });
    return cut;
  }

  close(): void {
    this.#cancel();
    for (const cut of this.#open.keys()) cut.abort();
  }

  #look(): void {
    for (const [cut, address] of this.#open) if (!this.#livesAt(address)) cut.abort();
    this.#cancel = this.#clock.after(LOOK_EVERY_MS, () => this.#look());
  }
}
