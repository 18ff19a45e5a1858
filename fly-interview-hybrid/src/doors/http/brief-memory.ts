import type { Clock } from "../../clock.ts";

/** Keeps each thing until a time of its own, and no more than `limit` of them: the oldest go first. */
export class BriefMemory<Kept> {
  readonly #limit: number;
  readonly #clock: Pick<Clock, "now">;
  readonly #kept = new Map<string, { readonly what: Kept; readonly until: number }>();

  constructor(limit: number, clock: Pick<Clock, "now">) {
    this.#limit = limit;
    this.#clock = clock;
  }

  get size(): number {
    return this.#kept.size;
  }

  /** `until`: milliseconds since the epoch. */
  keep(key: string, what: Kept, until: number): void {
    this.#kept.delete(key);
    const now = this.#clock.now();
    for (const [known, { until: end }] of this.#kept) {
      if (end > now && this.#kept.size < this.#limit) break;
      this.#kept.delete(known);
    }
    this.#kept.set(key, { what, until });
  }

  get(key: string): { readonly what: Kept; readonly until: number } | undefined {
    const known = this.#kept.get(key);
    return known !== undefined && known.until > this.#clock.now() ? known : undefined;
  }
}
