/**
 * Ids of items that were handed on are remembered up to this many, so that their successors find their place, and what is
 * told of them late or twice opens nothing. Both concern the last few.
 */
const MAX_REMEMBERED = 50;

const NONE: readonly string[] = [];

/** The order of a conversation's items, as `previous_item_id` chains them, in whatever order they become known. */
export class ConversationOrder {
  /** Items in their places that were not handed on. */
  #order: string[] = [];
  /** Items whose predecessor is not known yet, by the predecessor. */
  readonly #parked = new Map<string, string[]>();
  readonly #waiting = new Set<string>();
  readonly #handedOn = new Set<string>();

  /** The first item that was not handed on. */
  get first(): string | undefined {
    return this.#order[0];
  }

  /** The last item in its place that was not handed on. */
  get last(): string | undefined {
    return this.#order.at(-1);
  }

  /** The items in their places that were not handed on. */
  get pending(): readonly string[] {
    return this.#order;
  }

  /** The last item in its place, handed on or not: what comes next stands behind it. `null`: there is none. */
  get end(): string | null {
    return this.last ?? [...this.#handedOn].at(-1) ?? null;
  }

  /** Items that others refer to and of which nobody has told the place. */
  get missing(): readonly string[] {
    // Asked with each event.
    if (this.#parked.size === 0) return NONE;
    return [...this.#parked.keys()].filter((id) => !this.#waiting.has(id));
  }

  isPlaced(id: string): boolean {
    return this.#handedOn.has(id) || this.#order.includes(id);
  }

  /** True where it has its place, or will have it when its predecessor has. */
  isKnown(id: string): boolean {
    return this.#waiting.has(id) || this.isPlaced(id);
  }

  isHandedOn(id: string): boolean {
    return this.#handedOn.has(id);
  }

  /** Puts an item behind another; `null`: at the start. Doing it again, or telling another place, changes nothing. */
  place(id: string, previousId: string | null): void {
    if (id === previousId || this.isPlaced(id)) return;
    if (previousId === null || this.#handedOn.has(previousId)) {
      this.#insert(id, 0);
    } else if (this.#order.includes(previousId)) {
      this.#insert(id, this.#order.indexOf(previousId) + 1);
    } else {
      if (this.#waiting.has(id)) return;
      this.#waiting.add(id);
      this.#parked.set(previousId, [...(this.#parked.get(previousId) ?? []), id]);
    }
  }

  /** Puts an item, whose predecessor cannot be known, behind all that have their places. */
  append(id: string): void {
    if (!this.isPlaced(id)) this.#insert(id, this.#order.length);
  }

  /** Hands the first item on. */
  shift(): void {
    const id = this.#order.shift();
    if (id === undefined) return;
    this.#handedOn.add(id);
    if (this.#handedOn.size <= MAX_REMEMBERED) return;
    const [oldest] = this.#handedOn;
    if (oldest !== undefined) this.#handedOn.delete(oldest);
  }

  /** Hands on everything up to the last of some items; returns what that is. */
  shiftBehind(ids: readonly string[]): ReadonlySet<string> {
    const last = Math.max(-1, ...ids.map((id) => this.#order.indexOf(id)));
    const shifted = new Set(this.#order.slice(0, last + 1));
    for (const _ of shifted) this.shift();
    return shifted;
  }

  #insert(id: string, index: number): void {
    this.#order.splice(index, 0, id);
    this.#waiting.delete(id);
    const waiting = this.#parked.get(id) ?? [];
    this.#parked.delete(id);
    for (const next of waiting) {
      this.#waiting.delete(next);
      this.place(next, id);
    }
  }
}
