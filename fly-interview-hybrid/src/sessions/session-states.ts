import type { SessionState } from "@interview-proxy/protocol";

const NEXT_STATES: Readonly<Record<SessionState, readonly SessionState[]>> = {
  open: ["connecting", "interrupted", "ended"],
  connecting: ["open", "live", "interrupted", "ended"],
  live: ["connecting", "interrupted", "ended"],
  interrupted: ["connecting", "ended"],
  ended: [],
};

/** Throws where the state machine has no such step: that is a fault of ours. */
export function checkStep(from: SessionState, to: SessionState): void {
  if (!NEXT_STATES[from].includes(to)) throw new Error(`A session cannot go from ${from} to ${to}.`);
}
