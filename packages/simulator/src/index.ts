export type {
  CallEndReason,
  CallReport,
  CallRequest,
  LiveCallRequest,
  RealtimeCallRequest,
  VoiceApi,
} from "./calls/call-report.ts";
export type { SimulatorEvent } from "./calls/simulator-event.ts";
export type { Clock } from "./clock.ts";
export { type Fault, faultSchema } from "./faults.ts";
export type { DtlsRole } from "./peer/offer.ts";
export { type InterviewScript, InterviewScriptError, loadInterviewScript } from "./script/interview-script.ts";
export type { LiveSessionConfig } from "./live/session-config-schema.ts";
export type { SessionConfig } from "./realtime/session-config-schema.ts";
export type { SaidWords } from "./session/voice-session.ts";
export { type Simulator, type SimulatorOptions, startSimulator } from "./simulator.ts";
