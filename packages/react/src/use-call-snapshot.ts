import type { InterviewCall, InterviewSnapshot } from "@interview-proxy/client";
import { useReadable } from "./use-readable.ts";

/** Where a client's interview stands; renders again when it changes. */
export function useCallSnapshot(client: InterviewCall): InterviewSnapshot {
  return useReadable(client);
}
