import { InterviewError, type InterviewSnapshot } from "@interview-proxy/client";
import {
  AnswerForm,
  AudioVisualizer,
  CallButtons,
  Captions,
  ConnectionBadge,
  DebugPanel,
  DeviceSelect,
  EndNotice,
  ENGLISH,
  ErrorNotice,
  InterviewButton,
  InterviewStage,
  InterviewStatus,
  LevelMeter,
  MuteButton,
  PreCheckView,
  SimpleWebRTCManager,
  SoundNotice,
  TimeRemaining,
  WebRTCManager,
} from "@interview-proxy/react";
import type { FakeCallExtras } from "@interview-proxy/react/testing";
import type { ReactElement } from "react";
import { chooseLast, openDetails, sendAnswer } from "./play.ts";
import * as samples from "./samples.ts";
import { syntheticVoice } from "./synthetic-voice.ts";

/** A component, and the states it can be in. */
export interface Component {
  readonly name: string;
  readonly stories: readonly Story[];
}

/** One state of a component. */
export interface Story {
  readonly state: string;
  readonly component: ReactElement;
  /** Of the interview around it; one that has not begun unless told otherwise. */
  readonly snapshot?: () => Partial<InterviewSnapshot>;
  readonly extras?: FakeCallExtras;
  /** Does what a person does to come to the state. */
  readonly play?: (frame: HTMLElement) => void;
}

const STATES = Object.keys(ENGLISH.states) as InterviewSnapshot["state"][];
const END_REASONS = Object.keys(ENGLISH.ends) as (keyof typeof ENGLISH.ends)[];
const SERVER = "ws://localhost:1?simulation=true";

/** All of them, with samples in a language. */
export function stories(language: samples.Language): readonly Component[] {
  const talking = (change: Partial<InterviewSnapshot> = {}) => ({ ...samples.talking(language), ...change });
  return [...stages(language, talking), ...parts(language, talking), ...voices(talking)];
}

type Talking = (change?: Partial<InterviewSnapshot>) => Partial<InterviewSnapshot>;

/** What is made of parts. */
function stages(language: samples.Language, talking: Talking): readonly Component[] {
  const stage = <InterviewStage />;
  const story = (state: string, snapshot: () => Partial<InterviewSnapshot>): Story => ({
    state,
    component: stage,
    snapshot,
  });
  const ended = (endReason: NonNullable<InterviewSnapshot["endReason"]>) =>
    talking({ state: "disconnected", endReason, endsAt: undefined, quality: "unknown" });
  return [
    {
      name: "InterviewStage",
      stories: [
        story("idle", () => ({})),
        story("can continue", () => ({ canResume: true })),
        story("requesting_microphone", () => ({ state: "requesting_microphone" })),
        story("connecting", () => ({ state: "connecting", simulation: true })),
        story("connected", () => talking({ remoteStream: syntheticVoice(), localStream: syntheticVoice() })),
        story("muted, little time", () =>
          talking({ muted: true, timeWarning: 60, endsAt: performance.now() + 58_000 }),
        ),
        story("all kinds of captions", () => talking({ captions: samples.captions(language), quality: "poor" })),
        { ...story("all opened", talking), play: openDetails },
        story("interrupted", () =>
          talking({ state: "interrupted", endsAt: undefined, pausedSecondsLeft: 1_234, quality: "lost" }),
        ),
        story("sound held back", () => talking({ needsGesture: true })),
        story("failed", () => ({ state: "failed", error: samples.MICROPHONE_DENIED })),
        story("completed", () => ended("completed")),
        story("left by accident", () => ended("client_gone")),
      ],
    },
    {
      name: "WebRTCManager",
      stories: [{ state: "before, with a check", component: <WebRTCManager url={SERVER} preCheck /> }],
    },
    {
      name: "SimpleWebRTCManager",
      stories: [{ state: "before", component: <SimpleWebRTCManager url={SERVER} /> }],
    },
  ];
}

function parts(language: samples.Language, talking: Talking): readonly Component[] {
  const failed = new InterviewError(
    samples.problem("MICROPHONE_IN_USE", "The microphone cannot be opened.", "Close other calls."),
  );
  const device = (state: string, change: Partial<InterviewSnapshot["devices"]>, kind: "microphone" | "speaker") => ({
    state,
    component: <DeviceSelect kind={kind} />,
    snapshot: () => ({ devices: { ...samples.DEVICES, ...change } }),
  });
  const check = (summary: keyof typeof samples.CHECKS): Story => ({
    state: summary,
    component: (
      <PreCheckView
        checks={samples.CHECKS[summary]}
        summary={summary}
        run={() => Promise.resolve(samples.CHECKS[summary])}
        confirmSound={() => undefined}
      />
    ),
  });
  return [
    {
      name: "InterviewStatus",
      stories: [
        ...STATES.map((state) => ({ state, component: <InterviewStatus />, snapshot: () => ({ state }) })),
        { state: "muted", component: <InterviewStatus />, snapshot: () => talking({ muted: true }) },
      ],
    },
    {
      name: "CallButtons",
      stories: [
        { state: "before", component: <CallButtons /> },
        { state: "can continue", component: <CallButtons />, snapshot: () => ({ canResume: true }) },
        { state: "during", component: <CallButtons />, snapshot: talking },
      ],
    },
    {
      name: "InterviewButton",
      stories: [
        { state: "before", component: <InterviewButton /> },
        { state: "can continue", component: <InterviewButton />, snapshot: () => ({ canResume: true }) },
        { state: "during", component: <InterviewButton />, snapshot: talking },
        {
          state: "ending",
          component: <InterviewButton />,
          snapshot: () => ({ state: "disconnecting" as const }),
        },
      ],
    },
    {
      name: "PreCheck",
      stories: [check("none"), check("running"), check("passed"), check("warning"), check("failed")],
    },
    {
      name: "Captions",
      stories: [
        {
          state: "all kinds",
          component: <Captions />,
          snapshot: () => talking({ captions: samples.captions(language) }),
        },
      ],
    },
    {
      name: "DeviceSelect",
      stories: [
        device("microphone", {}, "microphone"),
        device("default", { microphoneId: undefined }, "microphone"),
        device("unplugged", { microphoneId: "gone" }, "microphone"),
        device("denied", { microphones: [], microphoneId: undefined, permission: "denied" }, "microphone"),
        { ...device("cannot be opened", {}, "microphone"), extras: { refusal: failed }, play: chooseLast },
        device("speaker", {}, "speaker"),
        device("only the system chooses", { canSelectSpeaker: false, speakerId: undefined }, "speaker"),
      ],
    },
    {
      name: "MuteButton",
      stories: [
        { state: "heard", component: <MuteButton />, snapshot: talking },
        { state: "muted", component: <MuteButton />, snapshot: () => talking({ muted: true }) },
      ],
    },
    {
      name: "AnswerForm",
      stories: [
        { state: "ready", component: <AnswerForm />, snapshot: talking },
        { state: "no call", component: <AnswerForm /> },
        { state: "sent", component: <AnswerForm />, snapshot: talking, play: sendAnswer },
        {
          state: "refused",
          component: <AnswerForm />,
          snapshot: talking,
          extras: { refusal: new Error("refused") },
          play: sendAnswer,
        },
      ],
    },
    {
      name: "TimeRemaining",
      stories: [
        { state: "running", component: <TimeRemaining />, snapshot: talking },
        {
          state: "warned",
          component: <TimeRemaining />,
          snapshot: () => talking({ timeWarning: 300, endsAt: performance.now() + 299_000 }),
        },
        {
          state: "paused",
          component: <TimeRemaining />,
          snapshot: () => ({ state: "interrupted" as const, pausedSecondsLeft: 4_000 }),
        },
      ],
    },
    {
      name: "ConnectionBadge",
      stories: [
        ...(["good", "poor", "lost"] as const).map((quality) => ({
          state: quality,
          component: <ConnectionBadge />,
          snapshot: () => talking({ quality }),
        })),
        { state: "reconnecting", component: <ConnectionBadge />, snapshot: () => ({ state: "interrupted" as const }) },
      ],
    },
    {
      name: "ErrorNotice",
      stories: [
        { state: "problem", component: <ErrorNotice />, snapshot: () => ({ error: samples.MICROPHONE_DENIED }) },
        {
          state: "code of a newer server",
          component: <ErrorNotice />,
          snapshot: () => ({ error: samples.problem("NEW_CODE", "Something new went wrong.", "Try it once more.") }),
        },
      ],
    },
    {
      name: "EndNotice",
      stories: END_REASONS.map((endReason) => ({
        state: endReason,
        component: <EndNotice />,
        snapshot: () => ({ state: "disconnected" as const, endReason }),
      })),
    },
    {
      name: "SoundNotice",
      stories: [{ state: "held back", component: <SoundNotice />, snapshot: () => talking({ needsGesture: true }) }],
    },
    {
      name: "DebugPanel",
      stories: [
        {
          state: "talking",
          component: <DebugPanel />,
          snapshot: talking,
          extras: { stats: samples.STATS, events: samples.EVENTS },
          play: openDetails,
        },
      ],
    },
  ];
}

function voices(talking: Talking): readonly Component[] {
  const shapes = ["bars", "wave", "orb"] as const;
  return [
    {
      name: "AudioVisualizer",
      stories: [
        ...shapes.map((shape) => ({
          state: shape,
          component: <AudioVisualizer shape={shape} stream={syntheticVoice()} />,
          snapshot: talking,
        })),
        ...shapes.map((shape) => ({
          state: `${shape} at rest`,
          component: <AudioVisualizer shape={shape} stream={undefined} />,
        })),
      ],
    },
    {
      name: "LevelMeter",
      stories: [
        { state: "voice", component: <LevelMeter label="You" stream={syntheticVoice()} /> },
        { state: "no stream", component: <LevelMeter label="You" stream={undefined} /> },
      ],
    },
  ];
}
