import type { Clock } from "../clock.ts";
import type { Upstream } from "./upstream.ts";

/** One that nobody has used for so long is closed, in milliseconds. */
const IDLE_MS = 10 * 60_000;

/** Most that are open while nobody uses them; those in use are as many as there are calls being made or hung up. */
const MAX_IDLE = 100;

interface Opened {
  readonly upstream: Upstream;
  users: number;
  cancelClosing: () => void;
}

/** An upstream of the pool in use, until it is given back. */
export interface Lease {
  readonly upstream: Upstream;
  /** Doing it twice does no harm. */
  readonly giveBack: () => void;
}

/** Upstreams that are opened when they are first used, shared by who means the same one, and closed when nobody uses them. */
export class UpstreamPool<Server> {
  readonly #open: (server: Server) => Upstream;
  readonly #clock: Clock;
  /** Least lately used first. */
  readonly #opened = new Map<string, Opened>();
  #closing: Promise<void>[] = [];

  constructor(open: (server: Server) => Upstream, clock: Clock) {
    this.#open = open;
    this.#clock = clock;
  }

  take(server: Server): Lease {
    const key = JSON.stringify(server);
    const opened = this.#opened.get(key) ?? { upstream: this.#open(server), users: 0, cancelClosing: () => undefined };
    this.#opened.delete(key);
    this.#opened.set(key, opened);
    opened.cancelClosing();
    opened.users++;
    let isGivenBack = false;
    const giveBack = (): void => {
      if (isGivenBack) return;
      isGivenBack = true;
      opened.users--;
      if (opened.users > 0) return;
      opened.cancelClosing = this.#clock.after(IDLE_MS, () => this.#drop(key, opened));
      this.#makeRoom();
    };
    return { upstream: opened.upstream, giveBack };
  }

  #makeRoom(): void {
    const idle = [...this.#opened].filter(([, { users }]) => users === 0);
    for (const [key, opened] of idle.slice(0, Math.max(0, idle.length - MAX_IDLE))) this.#drop(key, opened);
  }

  #drop(key: string, opened: Opened): void {
    opened.cancelClosing();
    this.#opened.delete(key);
    const closing = opened.upstream.close().finally(() => {
      this.#closing = this.#closing.filter((other) => other !== closing);
    });
    this.#closing.push(closing);
  }

  async close(): Promise<void> {
    for (const [key, opened] of this.#opened) this.#drop(key, opened);
    await Promise.all(this.#closing);
  }
}
