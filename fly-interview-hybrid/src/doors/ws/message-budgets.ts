import type { Clock } from "../../clock.ts";

/** An address may send as much as so many of its sockets may; many people can share one. */
const SOCKETS_AT_FULL_RATE = 10;

/** What each socket may send in a second although its address has used up its own: more than an interview ever does. */
const ALWAYS_PER_SECOND = 5;

export interface MessageBudget {
  /** 0 where one more message is allowed now; otherwise the milliseconds to wait. */
  take(): number;
  /** Its socket is gone. */
  close(): void;
}

/** How many messages sockets may send in a second: each by itself, and those of one address together. */
export class MessageBudgets {
  readonly #perSecond: number;
  readonly #clock: Pick<Clock, "now">;
  readonly #addresses = new Map<string, { readonly count: SecondCount; sockets: number }>();

  constructor(perSecond: number, clock: Pick<Clock, "now">) {
    this.#perSecond = perSecond;
    this.#clock = clock;
  }

  /** Of a new socket; `undefined` stands for one that is counted elsewhere. */
  open(address: string | undefined): MessageBudget {
    const own = new SecondCount(this.#clock);
    const shared = address === undefined ? undefined : this.#join(address);
    return {
      take: () => {
        const taken = own.add();
        const together = shared?.count.add() ?? 0;
        if (taken > this.#perSecond) return own.msLeft;
        const isFlooded = together > SOCKETS_AT_FULL_RATE * this.#perSecond;
        return isFlooded && taken > ALWAYS_PER_SECOND ? (shared?.count.msLeft ?? 0) : 0;
      },
      close: () => {
        if (address !== undefined && shared !== undefined && --shared.sockets === 0) this.#addresses.delete(address);
      },
    };
  }

  #join(address: string): { readonly count: SecondCount; sockets: number } {
    const known = this.#addresses.get(address) ?? { count: new SecondCount(this.#clock), sockets: 0 };
    known.sockets += 1;
    this.#addresses.set(address, known);
    return known;
  }
}

/** Counts within a second, and begins anew when it is over. */
class SecondCount {
  readonly #clock: Pick<Clock, "now">;
  #from: number;
  #count = 0;

  constructor(clock: Pick<Clock, "now">) {
    this.#clock = clock;
    this.#from = clock.now();
  }

  add(): number {
    if (this.msLeft <= 0) {
      this.#from = this.#clock.now();
      this.#count = 0;
    }
    return ++this.#count;
  }

  get msLeft(): number {
    return this.#from + 1000 - this.#clock.now();
  }
}
