import type { InterviewSnapshot } from "@interview-proxy/client";
import { useSyncExternalStore } from "react";
import { useInterviewCall } from "./InterviewProvider.tsx";

/** Where the provider's interview stands; renders again when it changes. */
export function useCallSnapshot(): InterviewSnapshot;
/**
 * A part of it; renders again when that part changes. `select` must return a value of the snapshot, or one that is equal by
 * `Object.is` until something changed: not a new object each time.
 */
export function useCallSnapshot<T>(select: (snapshot: InterviewSnapshot) => T): T;
export function useCallSnapshot<T>(
  select: (snapshot: InterviewSnapshot) => T | InterviewSnapshot = whole,
): T | InterviewSnapshot {
  const { subscribe, getSnapshot } = useInterviewCall();
  const selected = () => select(getSnapshot());
  return useSyncExternalStore(subscribe, selected, selected);
}

function whole(snapshot: InterviewSnapshot): InterviewSnapshot {
  return snapshot;
}
