export {
  InterviewProvider,
  type InterviewProviderProps,
  useInterviewCall,
  useMessages,
} from "./call/InterviewProvider.tsx";
export { type AudioVisualization, useAudioVisualization } from "./audio/use-audio-visualization.ts";
export type { DrawSound, Sound } from "./audio/visualization.ts";
export { type CallControls, useCallControls } from "./call/use-call-controls.ts";
export { useCallSnapshot } from "./call/use-call-snapshot.ts";
export { type ConnectionQuality, useConnectionQuality } from "./call/use-connection-quality.ts";
export { type DeviceChoice, useDevices } from "./call/use-devices.ts";
export { type Mute, useMute } from "./call/use-mute.ts";
export { useOwnInterviewCall } from "./call/use-own-interview-call.ts";
export { type PreCheckRun, usePreCheck } from "./call/use-pre-check.ts";
export { useProblem } from "./call/use-problem.ts";
export { useReadable } from "./call/use-readable.ts";
export { type RemainingTime, useTimeRemaining } from "./call/use-time-remaining.ts";
export { type Transcript, useTranscript } from "./call/use-transcript.ts";
export { type TypedAnswer, useTypedAnswer } from "./call/use-typed-answer.ts";
export { AnswerForm } from "./components/AnswerForm.tsx";
export { AudioVisualizer, type AudioVisualizerProps, type VisualizerShape } from "./components/AudioVisualizer.tsx";
export { CallButtons } from "./components/CallButtons.tsx";
export { Captions } from "./components/Captions.tsx";
export { ConnectionBadge } from "./components/ConnectionBadge.tsx";
export { DebugPanel } from "./components/DebugPanel.tsx";
export { DeviceSelect, type DeviceSelectProps } from "./components/DeviceSelect.tsx";
export { EndNotice } from "./components/EndNotice.tsx";
export { ErrorNotice } from "./components/ErrorNotice.tsx";
export { InterviewButton } from "./components/InterviewButton.tsx";
export { InterviewStage, type InterviewStageProps } from "./components/InterviewStage.tsx";
export { InterviewStatus } from "./components/InterviewStatus.tsx";
export { LevelMeter, type LevelMeterProps } from "./components/LevelMeter.tsx";
export { MuteButton } from "./components/MuteButton.tsx";
export { PreCheck, type PreCheckProps, PreCheckView } from "./components/PreCheck.tsx";
export { SimpleWebRTCManager, type SimpleWebRTCManagerProps } from "./components/SimpleWebRtcManager.tsx";
export { SoundNotice } from "./components/SoundNotice.tsx";
export { TimeRemaining, type TimeRemainingProps } from "./components/TimeRemaining.tsx";
export { WebRTCManager, type WebRTCManagerHandle, type WebRTCManagerProps } from "./components/WebRtcManager.tsx";
export { ENGLISH } from "./messages/english.ts";
export { GERMAN } from "./messages/german.ts";
export type { InterviewMessages, Notice } from "./messages/messages.ts";
export { problemWords } from "./messages/problem-words.ts";
