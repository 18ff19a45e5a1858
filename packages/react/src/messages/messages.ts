import type {
  CallQuality,
  Caption,
  CheckId,
  CheckStatus,
  InterviewSnapshot,
  InterviewState,
} from "@interview-proxy/client";

/** What happened and what to do next; one or two short sentences each. */
export interface Notice {
  readonly reason: string;
  readonly nextStep?: string;
}

/**
 * Every text that the components show or have read out. `ENGLISH` and `GERMAN` ship; another language, or other words, is
 * another object of this type.
 */
export interface InterviewMessages {
  /** BCP 47 tag, such as `de`: for numbers, and for the voice of a screen reader. */
  readonly language: string;
  readonly states: Readonly<Record<InterviewState, string>>;
  /** Said in place of a state's own words, because it matters more. */
  readonly insteadOfState: {
    /** The interview goes on while its line to the server is set up again. */
    readonly withoutServer: string;
    readonly canResume: string;
    readonly muted: string;
    /** There is a call, but no microphone that works. */
    readonly unheard: string;
  };
  readonly buttons: Readonly<Record<ButtonName, string>>;
  readonly labels: Readonly<Record<LabelName, string>>;
  readonly speakers: Readonly<Record<Caption["role"], string>>;
  /** What a caption's words alone do not say. */
  readonly remarks: Readonly<Record<"interrupted" | "failed" | "gap" | "incomplete" | "typed", string>>;
  readonly voiceHeard: { readonly speaking: string; readonly quiet: string };
  readonly simulation: string;
  readonly soundHeldBack: string;
  readonly devices: Readonly<Record<DeviceText, string>>;
  readonly quality: Readonly<Record<Exclude<CallQuality, "unknown">, string>> & { readonly reconnecting: string };
  /** `duration` is in words, such as "5 minutes". */
  readonly timeLeft: (duration: string) => string;
  readonly typedAnswer: { readonly hint: string; readonly sent: string; readonly failed: string };
  readonly ends: Readonly<Record<NonNullable<InterviewSnapshot["endReason"]>, Notice>>;
  /** By code, in place of the English words that server and client bring with a problem. */
  readonly problems: Readonly<Record<string, Notice>>;
  /** For a problem whose code is not in `problems`; absent where its own words are in this language. */
  readonly unknownProblem?: Notice;
  /** By code, in place of the English words that a check brings. */
  readonly findings: Readonly<Record<string, Notice>>;
  readonly checks: Readonly<Record<CheckId, string>>;
  readonly checkStatus: Readonly<Record<CheckStatus, string>>;
  /** Asked after the test sound was played. */
  readonly isSoundHeard: string;
  readonly checkSummary: Readonly<Record<"running" | "passed" | "warning" | "failed", string>>;
  readonly debug: Readonly<Record<DebugName, string>>;
}

type DeviceText = "systemDefault" | "onlySystem" | "denied" | "unnamed" | "unplugged" | "failed";

type ButtonName =
  | "connect"
  | "disconnect"
  | "start"
  | "end"
  | "resume"
  | "startNew"
  | "connectAgain"
  | "turnOnSound"
  | "mute"
  | "unmute"
  | "send"
  | "check"
  | "checkAgain"
  | "yes"
  | "no";

type LabelName =
  | "interview"
  | "you"
  | "interviewer"
  | "captions"
  | "whatWasSaid"
  | "timeLeft"
  | "timeLeftPaused"
  | "microphone"
  | "speaker"
  | "connection"
  | "typedAnswer"
  | "preCheck"
  | "settings";

type DebugName =
  | "title"
  | "line"
  | "signalling"
  | "ice"
  | "dtls"
  | "peer"
  | "session"
  | "call"
  | "deadline"
  | "unknownMessages"
  | "lastError"
  | "request"
  | "audio"
  | "packetsSent"
  | "packetsReceived"
  | "packetsLost"
  | "bytesSent"
  | "bytesReceived"
  | "jitter"
  | "roundTrip"
  | "level"
  | "energy"
  | "path"
  | "messages";
