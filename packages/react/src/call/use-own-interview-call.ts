import { createInterviewCall, type InterviewCall, type InterviewCallOptions } from "@interview-proxy/client";
import { useOwned } from "./use-owned.ts";

/**
 * A call that belongs to the component: its interview ends when the component goes. It keeps the options of the first
 * render; give the component another `key` to change them.
 */
export function useOwnInterviewCall(options: InterviewCallOptions): InterviewCall {
  return useOwned(
    () => createInterviewCall(options),
    (call) => void call.disconnect().then(() => call.close()),
  );
}
