import type { CallStats, InterviewSnapshot, LogEntry } from "@interview-proxy/client";

/** So many of the latest events; more would not fit into a mail that people read. */
const EVENTS = 60;

interface ReportNeeds {
  readonly snapshot: InterviewSnapshot;
  readonly stats: CallStats | undefined;
  readonly events: readonly LogEntry[];
}

/**
 * How an interview stands, for support. Has no token, invitation, SDP or word of it, and no names of devices, which often are those
 * of people.
 */
export function reportOf({ snapshot, stats = {}, events }: ReportNeeds): string {
  const { state, sessionId, callId, error, endReason, line, quality, devices, muted, needsGesture } = snapshot;
  const facts = {
    time: new Date().toISOString(),
    page: location.pathname,
    browser: navigator.userAgent,
    online: navigator.onLine,
    state,
    session: sessionId,
    call: callId,
    error: error?.code,
    request: error?.requestId,
    ended: endReason,
    line: `signalling ${line.signalling}, ICE ${line.ice}, DTLS ${line.dtls}, peer ${line.peer}`,
    quality,
    devices: `${devices.microphones.length} microphones (${devices.permission}), ${devices.speakers.length} speakers`,
    muted,
    needsGesture,
    ...stats,
  };
  const told = Object.entries(facts).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  return [...told, "", ...events.slice(-EVENTS).map(eventLine)].join("\n");
}

function eventLine({ at, direction, type, detail = "" }: LogEntry): string {
  return `${new Date(at).toISOString()} ${direction} ${type} ${detail}`.trimEnd();
}
