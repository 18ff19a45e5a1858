import { createInterviewCall, type InterviewCall, type InterviewCallOptions } from "@interview-proxy/client";
import { useEffect, useState } from "react";

/**
 * A client that belongs to the component: its interview ends when the component goes. It keeps the options of the first
 * render; give the component another `key` to change them.
 */
export function useOwnInterviewCall(options: InterviewCallOptions): InterviewCall {
  const [client] = useState(() => createInterviewCall(options));
  // Not close(): React's strict mode runs this once before the component is really gone.
  useEffect(() => () => void client.disconnect(), [client]);
  return client;
}
