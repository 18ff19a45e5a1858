import type { CallStats, Caption, Check, InterviewProblem, InterviewSnapshot, LogEntry } from "@interview-proxy/client";

/** What the samples are written in. */
export type Language = "en" | "de";

const LINE_UP: InterviewSnapshot["line"] = {
  signalling: "open",
  ice: "connected",
  dtls: "connected",
  peer: "connected",
};

export const DEVICES: InterviewSnapshot["devices"] = {
  microphones: [
    { id: "built-in", label: "Built-in microphone" },
    { id: "headset", label: "Headset with a rather long name, as its maker and the system give them (0a12:1234)" },
    { id: "nameless", label: "" },
  ],
  speakers: [
    { id: "built-in", label: "Built-in speakers" },
    { id: "headset", label: "Headset" },
  ],
  microphoneId: "built-in",
  speakerId: "headset",
  permission: "granted",
  canSelectSpeaker: true,
};

const SPOKEN: Readonly<Record<Language, readonly [question: string, answer: string, cut: string, next: string]>> = {
  en: [
    "Good morning. Please tell me about a project that you are proud of.",
    "We moved the booking system of a hospital to new machines, and nobody noticed.",
    "How did you make sure that",
    "Sorry, go on. How did you test",
  ],
  de: [
    "Guten Morgen. Erzählen Sie mir bitte von einem Projekt, auf das Sie stolz sind.",
    "Wir haben die Terminvergabe eines Krankenhauses auf neue Rechner umgezogen, und niemand hat es gemerkt.",
    "Wie haben Sie sichergestellt, dass",
    "Verzeihung, fahren Sie fort. Wie haben Sie",
  ],
};

/** Turns of every kind. */
export function captions(language: Language): readonly Caption[] {
  const [question, answer, cut, next] = SPOKEN[language];
  return [
    { id: "1", n: 1, role: "interviewer", text: question, status: "complete" },
    { id: "2", n: 2, role: "candidate", text: answer, status: "complete" },
    { id: "3", n: 3, role: "interviewer", text: cut, status: "interrupted" },
    { id: "4", n: 4, role: "candidate", text: "", status: "failed" },
    { id: "5", n: 5, role: "unknown", text: "", status: "gap" },
    { id: "7", n: 6, role: "candidate", text: answer, status: "complete", typed: true },
    { id: "6", role: "interviewer", text: next },
  ];
}

/** In the middle of an interview. */
export function talking(language: Language): Partial<InterviewSnapshot> {
  return {
    state: "connected",
    sessionId: `ses_${"a".repeat(22)}`,
    callId: "call_1",
    captions: captions(language).slice(0, 2),
    speaking: { candidate: false, interviewer: true },
    quality: "good",
    devices: DEVICES,
    endsAt: performance.now() + 1_500_000,
    line: LINE_UP,
  };
}

export function problem(code: string, message: string, nextStep: string): InterviewProblem {
  return { code, message, nextStep, retryable: true, requestId: "req_1" };
}

export const MICROPHONE_DENIED: InterviewProblem = problem(
  "MICROPHONE_DENIED",
  "The browser does not let this page use the microphone.",
  "Allow the microphone in the address bar or the browser's settings, then connect again.",
);

export const STATS: CallStats = {
  packetsSent: 5_120,
  packetsReceived: 5_098,
  packetsLost: 3,
  bytesSent: 412_300,
  bytesReceived: 398_100,
  jitterMs: 4,
  roundTripMs: 31,
  audioLevel: 0.12,
  totalAudioEnergy: 0.5,
  candidatePair: "host udp → srflx udp",
};

export const EVENTS: readonly LogEntry[] = [
  { id: 1, at: 1_800_000_000_000, direction: "sent", type: "init" },
  { id: 2, at: 1_800_000_000_120, direction: "received", type: "initialized" },
  { id: 3, at: 1_800_000_000_450, direction: "local", type: "ice", detail: "connected" },
];

const waiting = (id: Check["id"]): Check => ({ id, status: "waiting", figures: {} });

const ALL_WAITING: readonly Check[] = (
  ["browser", "microphone", "playback", "http", "websocket", "clock", "udp", "tcp"] as const
).map(waiting);

/** All checks as they wait, but for those that are named. */
function withChecks(changes: Partial<Record<Check["id"], Partial<Check>>>): readonly Check[] {
  return ALL_WAITING.map((check) => ({ ...check, ...changes[check.id] }));
}

const PASSED = { status: "passed" } as const;

export const CHECKS: Readonly<Record<"none" | "running" | "passed" | "warning" | "failed", readonly Check[]>> = {
  none: ALL_WAITING,
  running: withChecks({ browser: PASSED, microphone: PASSED, playback: { status: "running" } }),
  passed: ALL_WAITING.map((check) => ({ ...check, ...PASSED, figures: check.id === "udp" ? { roundTripMs: 28 } : {} })),
  warning: ALL_WAITING.map((check) =>
    check.id === "clock" ? { ...check, status: "warning", detail: "CLOCK_WRONG" } : { ...check, ...PASSED },
  ),
  failed: withChecks({
    browser: PASSED,
    microphone: { status: "failed", detail: "MICROPHONE_DENIED" },
    playback: PASSED,
    http: { status: "passed", figures: { roundTripMs: 44 } },
    websocket: { status: "warning", detail: "WEBSOCKET_BLOCKED" },
    clock: PASSED,
    udp: { status: "failed", detail: "CALLS_BLOCKED" },
    tcp: { status: "skipped" },
  }),
};
