import { ProxyError } from "../../errors.ts";

/**
 * Admissions of one tenant that are in the records at once. There they wait for each other, each with a connection of its own:
 * more of them would only take the connections from other tenants.
 */
const AT_ONCE = 2;

/** Who is turned away because too many wait may come again after this, in milliseconds. */
const RETRY_AFTER_MS = 1000;

interface Queue {
  running: number;
  readonly waiting: (() => void)[];
}

/** Lets each tenant's admissions into the records one after the other, however many another tenant's are. */
export class AdmissionTurns {
  readonly #queues = new Map<string, Queue>();

  /** Does `work` when it is its turn. Throws RATE_LIMITED where as many of the tenant wait already. */
  async take<T>(tenant: string, mostWaiting: number, work: () => Promise<T>): Promise<T> {
    const queue = this.#queues.get(tenant) ?? { running: 0, waiting: [] };
    this.#queues.set(tenant, queue);
    if (queue.running < AT_ONCE) queue.running++;
    else {
      if (queue.waiting.length >= mostWaiting)
        throw new ProxyError("RATE_LIMITED", { facts: { retryAfterMs: RETRY_AFTER_MS } });
      // Whoever is done before hands its place on.
      await new Promise<void>((resolve) => queue.waiting.push(resolve));
    }
    try {
      return await work();
    } finally {
      const next = queue.waiting.shift();
      if (next !== undefined) next();
      else if (--queue.running === 0) this.#queues.delete(tenant);
    }
  }
}
