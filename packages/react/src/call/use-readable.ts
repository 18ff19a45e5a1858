import type { Readable } from "@interview-proxy/client";
import { useSyncExternalStore } from "react";

/** The present value of anything the client lets one watch; renders again when it changes. */
export function useReadable<T>({ subscribe, getSnapshot }: Readable<T>): T {
  return useSyncExternalStore(subscribe, getSnapshot, getSnapshot);
}
