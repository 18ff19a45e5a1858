import { type CallStats, digestStats } from "./call-stats.ts";
import { createStore, type Readable } from "./store.ts";

const POLL_INTERVAL_MS = 1_000;

/** Figures read once a second while someone watches; reading them costs the browser a pass over the whole connection. */
export function createPolledStats(read: () => Promise<RTCStatsReport> | undefined): Readable<CallStats | undefined> {
  const store = createStore<CallStats | undefined>(undefined);
  let watchers = 0;
  let timer: ReturnType<typeof setInterval> | undefined;

  async function poll(): Promise<void> {
    const report = await read()?.catch(() => undefined);
    const stats = report && digestStats(report);
    if (stats !== store.getSnapshot()) store.set(stats);
  }

  return {
    getSnapshot: store.getSnapshot,
    subscribe(listener) {
      const unsubscribe = store.subscribe(listener);
      watchers += 1;
      timer ??= setInterval(() => void poll(), POLL_INTERVAL_MS);
      let watching = true;
      return () => {
        if (!watching) return;
        watching = false;
        unsubscribe();
        watchers -= 1;
        if (watchers > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
  };
}
