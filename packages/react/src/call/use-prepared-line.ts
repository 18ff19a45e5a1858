import type { InterviewCall } from "@interview-proxy/client";
import { useEffect } from "react";

/** Opens the line to the server when the component comes, for who presses the button at once; not where that is far off. */
export function usePreparedLine(call: InterviewCall, isNear = true): void {
  useEffect(() => {
    if (isNear) call.prepare();
  }, [call, isNear]);
}
