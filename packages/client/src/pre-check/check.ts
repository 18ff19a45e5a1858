import { asInterviewError, type ClientErrorCode } from "../errors.ts";

/** What is tried out before an interview, in the order of the list. */
export type CheckId = "browser" | "microphone" | "playback" | "http" | "websocket" | "clock" | "udp" | "tcp";

/**
 * `warning`: an interview is possible, but something should be known; `skipped`: it cannot be tried, or an earlier check makes it
 * pointless.
 */
export type CheckStatus = "waiting" | "running" | "passed" | "warning" | "failed" | "skipped";

/** What was measured, as far as it was. */
export interface CheckFigures {
  /** The loudest that was heard of the microphone, 0 to 1, as an audio level meter reads it. */
  readonly level?: number;
  /** To the server, or to whoever answers the test call, and back. */
  readonly roundTripMs?: number;
  /** How far this computer's clock is ahead of the server's; negative: behind. */
  readonly clockAheadMs?: number;
}

/** Where one check stands. Replaced, never changed. */
export interface Check {
  readonly id: CheckId;
  readonly status: CheckStatus;
  /** What was found, where that is not just well: a `CheckCode`, or a code of the protocol's error table. */
  readonly detail?: string | undefined;
  /** The same in words for the person: what happened. */
  readonly message?: string | undefined;
  /** And what to do about it. */
  readonly nextStep?: string | undefined;
  readonly figures: CheckFigures;
  /** The microphone, while it is listened to: for a level meter. */
  readonly stream?: MediaStream | undefined;
}

/** What a check can find by itself. */
export type CheckCode =
  | keyof typeof FINDINGS
  | Extract<ClientErrorCode, "SERVER_UNREACHABLE" | `MICROPHONE_${"DENIED" | "NOT_FOUND" | "IN_USE" | "UNAVAILABLE"}`>;

/** How a check stands or ended, as it reports it. */
export type Outcome = Omit<Partial<Check>, "id">;

/** How a check reports, as often as it likes. */
export type Report = (outcome: Outcome) => void;

export const FINDINGS = {
  BROWSER_UNSUPPORTED: words(
    "This browser cannot make voice calls.",
    "Open the page in a current Chrome, Edge, Firefox or Safari.",
  ),
  PAGE_INSECURE: words("A page without https may not use a microphone.", "Open it by its https address."),
  MICROPHONE_SILENT: words(
    "Nothing is heard through the microphone.",
    "Say a few words. If nothing changes, choose another microphone, or look for a switch on it that mutes it.",
  ),
  PLAYBACK_BLOCKED: words(
    "The browser holds the sound back.",
    "Start the check with a click, or allow sound for this page.",
  ),
  PLAYBACK_NOT_HEARD: words("The test sound was not heard.", "Turn up the volume, or choose another speaker."),
  SERVER_DRAINING: words("The interview server is restarting.", "Wait a minute, then check again."),
  WEBSOCKET_BLOCKED: words(
    "The network does not let WebSockets pass, so captions and messages would be missing.",
    "Turn off a VPN, or try another network.",
  ),
  CLOCK_WRONG: words(
    "The clock of this computer is wrong.",
    "The interview is not affected. To see right times, let the system set the clock.",
  ),
  UDP_BLOCKED: words(
    "The network does not let calls pass on their best way.",
    "You can go on. Should the sound stutter, turn off a VPN, or try another network.",
  ),
  TCP_BLOCKED: words(
    "The network offers calls no second way.",
    "You can go on. Should the sound break off, try another network.",
  ),
  CALLS_BLOCKED: words(
    "The network lets no voice call pass.",
    "Turn off a VPN, or try another network, such as that of your phone.",
  ),
} as const;

/** An outcome with what was found, in words. */
export function found(status: "warning" | "failed", code: keyof typeof FINDINGS): Outcome {
  return { status, detail: code, ...FINDINGS[code] };
}

/** The same for a problem that has its words already. */
export function foundProblem(status: CheckStatus, error: unknown): Outcome {
  const { code, message, nextStep } = asInterviewError(error).problem;
  if (code === "DRAINING") return found("failed", "SERVER_DRAINING");
  return { status, detail: code, message, nextStep };
}

function words(message: string, nextStep: string) {
  return { message, nextStep };
}
