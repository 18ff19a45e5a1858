import { randomUUID } from "node:crypto";

/** How many ids are remembered: what was begun under an older one is over long since. */
const MAX_IDS = 8;

/** The ids under which this process owns sessions. */
export class OwnIds {
  #ids: readonly string[] = [newId()];
  /** Whether the current one is, or was, in the records. */
  isKnown = false;

  get current(): string {
    const [current = ""] = this.#ids;
    return current;
  }

  /**
   * Those before it too: when a machine is buried it keeps only sessions that have ended, whose last turns it may still
   * have to write.
   */
  get all(): readonly string[] {
    return this.#ids;
  }

  /** Goes on under another id, so that no session is ever owned twice under one. */
  renew(): void {
    this.#ids = [newId(), ...this.#ids].slice(0, MAX_IDS);
  }
}

function newId(): string {
  return `mch_${randomUUID()}`;
}
