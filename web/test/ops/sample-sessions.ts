import type { OperatorEventOf, RunningSession } from "@interview-proxy/protocol";

/** What the tests below take for the server's clock: 10:00, UTC. */
export const AT = "2026-11-27T10:00:00.000Z";

export function running(sessionId: string, changes: Partial<RunningSession> = {}): RunningSession {
  return {
    sessionId,
    person: "ada",
    persona: "alloy",
    state: "live",
    isHere: true,
    upstream: "openai",
    startedAt: "2026-11-27T09:50:00.000Z",
    deadline: "2026-11-27T10:20:00.000Z",
    remainingSeconds: null,
    muted: false,
    isCandidateConnected: true,
    quality: "good",
    rttMs: 40,
    tokens: 1000,
    money: 0.1,
    violations: 0,
    ...changes,
  };
}

export function overview(changes: Partial<OperatorEventOf<"overview">> = {}): OperatorEventOf<"overview"> {
  return {
    type: "overview",
    at: AT,
    startedAt: AT,
    connects: { outcomes: {}, errors: {}, seconds: { count: 0, sum: 0, buckets: [] }, stages: {} },
    upstreams: [],
    tenant: { running: { used: 0, limit: 100 }, month: null },
    troubles: [],
    ...changes,
  };
}
