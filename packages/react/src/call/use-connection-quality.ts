import type { CallQuality } from "@interview-proxy/client";
import { useCallSnapshot } from "./use-call-snapshot.ts";

/** How the line does, in one word: `reconnecting` while the audio line or the line to the server is set up again. */
export type ConnectionQuality = CallQuality | "reconnecting";

/** The quality of the provider's interview; `unknown` unless there is a call, and for its first seconds. */
export function useConnectionQuality(): ConnectionQuality {
  return useCallSnapshot(({ state, line, quality }) =>
    state === "interrupted" || line.signalling === "reconnecting" ? "reconnecting" : quality,
  );
}
