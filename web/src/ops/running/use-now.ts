import { useSyncExternalStore } from "react";

/** Milliseconds since the epoch, by this page's clock, in whole seconds: whoever asks is rendered anew each second. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, now);
}

function now(): number {
  return Math.floor(Date.now() / 1000) * 1000;
}

function subscribe(listener: () => void): () => void {
  const timer = setInterval(listener, 1000);
  return () => clearInterval(timer);
}
