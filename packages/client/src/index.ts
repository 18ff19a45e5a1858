export { type AudioLevelMeter, createAudioLevelMeter } from "./audio-level-meter.ts";
export type { CallStats } from "./call-stats.ts";
export type { BrowserEnvironment } from "./environment.ts";
export { type ClientErrorCode, InterviewError, type InterviewProblem } from "./errors.ts";
export type { LogEntry } from "./event-log.ts";
export { createInterviewClient, type InterviewClient } from "./interview-client.ts";
export type { InterviewClientOptions } from "./interview-client-options.ts";
export type { InterviewSnapshot, InterviewState, LineStates, SignallingState } from "./snapshot.ts";
export type { Readable } from "./store.ts";
