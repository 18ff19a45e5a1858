import { once } from "./once.ts";

/** What keeps a screen on. Counts what was asked of it. */
export class FakeWakeLock extends EventTarget {
  readonly locks: { released: boolean; release(): Promise<void> }[] = [];

  request(): Promise<object> {
    const lock = {
      released: false,
      release: () => {
        lock.released = true;
        return Promise.resolve();
      },
    };
    this.locks.push(lock);
    this.dispatchEvent(new Event("requested"));
    return Promise.resolve(lock);
  }

  async requested(times: number): Promise<void> {
    while (this.locks.length < times) await once(this, "requested");
  }
}
