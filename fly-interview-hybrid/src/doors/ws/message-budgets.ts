import type { Clock } from "../../clock.ts";

/** An address may send as much as so many of its sockets may; many people can share one. */
const SOCKETS_AT_FULL_RATE = 10;

/** What each socket may send in a second although its address has used up its own: more than an interview ever does. */
const ALWAYS_PER_SECOND = 5;

/** How many messages sockets may send in a second: each by itself, and those of one address together. */
export class MessageBudgets {
  readonly perSecond: number;
  readonly #clock: Pick<Clock, "now">;
  readonly #addresses = new Map<string, AddressCount>();

  constructor(perSecond: number, clock: Pick<Clock, "now">) {
    this.perSecond = perSecond;
    this.#clock = clock;
  }

  /** Of a new socket; `undefined` stands for one that is counted elsewhere. */
  open(address: string | undefined): MessageBudget {
    return new MessageBudget(this, address === undefined ? undefined : this.#join(address), this.#clock);
  }

  /** A socket of an address is gone. */
  leave(count: AddressCount): void {
    count.sockets -= 1;
    if (count.sockets === 0) this.#addresses.delete(count.address);
  }

  #join(address: string): AddressCount {
    const known = this.#addresses.get(address) ?? new AddressCount(this.#clock, address);
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

/** What the sockets of one address send together. */
class AddressCount extends SecondCount {
  readonly address: string;
  sockets = 0;

  constructor(clock: Pick<Clock, "now">, address: string) {
    super(clock);
    this.address = address;
  }
}

/** What one socket may send. */
export class MessageBudget extends SecondCount {
  readonly #budgets: MessageBudgets;
  readonly #together: AddressCount | undefined;

  constructor(budgets: MessageBudgets, together: AddressCount | undefined, clock: Pick<Clock, "now">) {
    super(clock);
    this.#budgets = budgets;
    this.#together = together;
  }

  /** 0 where one more message is allowed now; otherwise the milliseconds to wait. */
  take(): number {
    const { perSecond } = this.#budgets;
    const taken = this.add();
    const together = this.#together?.add() ?? 0;
    if (taken > perSecond) return this.msLeft;
    const isFlooded = together > SOCKETS_AT_FULL_RATE * perSecond;
    return isFlooded && taken > ALWAYS_PER_SECOND ? (this.#together?.msLeft ?? 0) : 0;
  }

  /** Its socket is gone. */
  close(): void {
    if (this.#together !== undefined) this.#budgets.leave(this.#together);
  }
}
