import type { InterviewClient, InterviewSnapshot } from "@interview-proxy/client";
import { useReadable } from "./use-readable.ts";

/** Where a client's interview stands; renders again when it changes. */
export function useInterviewClient(client: InterviewClient): InterviewSnapshot {
  return useReadable(client);
}
