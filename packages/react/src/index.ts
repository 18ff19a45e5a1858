export { Captions, type CaptionsProps } from "./Captions.tsx";
export { EndNotice, type EndNoticeProps } from "./EndNotice.tsx";
export { LevelMeter, type LevelMeterProps } from "./LevelMeter.tsx";
export { RemainingTime, type RemainingTimeProps } from "./RemainingTime.tsx";
export { SimpleWebRTCManager, type SimpleWebRTCManagerProps } from "./SimpleWebRtcManager.tsx";
export { useAudioLevel } from "./use-audio-level.ts";
export { useCallSnapshot } from "./use-call-snapshot.ts";
export { useOwnInterviewCall } from "./use-own-interview-call.ts";
export { useReadable } from "./use-readable.ts";
