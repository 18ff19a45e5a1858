import type { EndReason, RunningSession } from "@interview-proxy/protocol";

const STATES: Readonly<Record<RunningSession["state"], string>> = {
  open: "Waiting",
  connecting: "Connecting",
  live: "Live",
  interrupted: "Interrupted",
};

const QUALITIES = { good: "Good", poor: "Weak", lost: "Lost" } as const;

/** Something in a word or two, and what is to be known beside it. */
export interface Words {
  readonly main: string;
  readonly beside?: string | undefined;
}

/** What a session does. */
export function stateWords({ state, muted }: Pick<RunningSession, "state" | "muted">): Words {
  return { main: STATES[state], beside: muted ? "muted" : undefined };
}

/** How good its connection is, as the candidate's page told last. */
export function connectionWords({ quality, rttMs }: Pick<RunningSession, "quality" | "rttMs">): Words {
  if (quality === null) return { main: "Not told" };
  return { main: QUALITIES[quality], beside: rttMs === null ? undefined : `${Math.round(rttMs)} ms` };
}

/** Why an interview ended, as somebody sees it who looks on. */
export const END_WORDS: Readonly<Record<EndReason, string>> = {
  completed: "Completed",
  client_disconnected: "Left by the candidate",
  client_gone: "Candidate lost",
  deleted: "Ended on request",
  ended_by_service: "Ended by an operator",
  time_limit: "Time was up",
  budget_exceeded: "Budget used up",
  policy_violation: "Violation by the page",
  not_started: "Nobody came",
  upstream_ended: "Voice service hung up",
  sideband_lost: "Voice service lost",
  shutdown: "Server shut down",
};
