/** What is tried out before an interview, in the order of the list. */
export type CheckId = "browser" | "microphone" | "playback" | "http" | "websocket" | "clock" | "udp" | "tcp";

/** `warning`: an interview is possible, but something should be known; `skipped`: an earlier check makes it pointless. */
export type CheckStatus = "waiting" | "running" | "passed" | "warning" | "failed" | "skipped";

/** What was measured, as far as it was. */
export interface CheckFigures {
  /** The loudest that was heard of the microphone, 0 to 1, as an audio level meter reads it. */
  readonly level?: number;
  /** To the server, or the voice service, and back. */
  readonly roundTripMs?: number;
  /** How far this computer's clock is ahead of the server's; negative: behind. */
  readonly clockAheadMs?: number;
}

/** Where one check stands. Replaced, never changed. */
export interface Check {
  readonly id: CheckId;
  readonly status: CheckStatus;
  /** Why it failed, or what should be known: a code for a catalogue of messages. */
  readonly detail?: CheckCode | undefined;
  /** The same in words for the person: what happened. */
  readonly message?: string | undefined;
  /** And what to do about it. */
  readonly nextStep?: string | undefined;
  readonly figures: CheckFigures;
  /** The microphone, while it is listened to: for a level meter. */
  readonly stream?: MediaStream | undefined;
}

/** What a check can find. */
export type CheckCode = keyof typeof FINDINGS;

const text = (message: string, nextStep: string) => ({ message, nextStep });

export const FINDINGS = {
  BROWSER_UNSUPPORTED: text(
    "This browser cannot make voice calls.",
    "Open the page in a current Chrome, Edge, Firefox or Safari.",
  ),
  PAGE_INSECURE: text("A page without https may not use a microphone.", "Open it by its https address."),
  MICROPHONE_DENIED: text(
    "The browser does not let this page use the microphone.",
    "Allow the microphone in the address bar or the browser's settings, then check again.",
  ),
  MICROPHONE_NOT_FOUND: text("No microphone was found.", "Plug one in or switch it on, then check again."),
  MICROPHONE_IN_USE: text(
    "The microphone cannot be opened; another program may be using it.",
    "Close other calls and recordings, then check again.",
  ),
  MICROPHONE_UNAVAILABLE: text(
    "This page cannot use a microphone here.",
    "Open it with https, or in a current Chrome, Edge, Firefox or Safari.",
  ),
  MICROPHONE_SILENT: text(
    "Nothing is heard through the microphone.",
    "Say a few words. If nothing changes, choose another microphone, or see whether a switch on it mutes it.",
  ),
  PLAYBACK_BLOCKED: text("The browser holds the sound back.", "Press the button to play it, then check again."),
  PLAYBACK_NOT_HEARD: text("The test sound was not heard.", "Turn up the volume, or choose another speaker."),
  SERVER_UNREACHABLE: text(
    "The interview server cannot be reached.",
    "Check your internet connection, or turn off a VPN, then check again.",
  ),
  SERVER_DRAINING: text("The interview server is restarting.", "Wait a minute, then check again."),
  WEBSOCKET_BLOCKED: text(
    "The network does not let WebSockets pass; captions and messages would be missing.",
    "Turn off a VPN, or try another network.",
  ),
  CLOCK_WRONG: text(
    "The clock of this computer is wrong.",
    "The interview is not affected. Set the clock to automatic time if its times confuse you.",
  ),
  UDP_BLOCKED: text(
    "The network does not let calls pass on their best way.",
    "The sound may stutter. Turn off a VPN, or try another network.",
  ),
  TCP_BLOCKED: text(
    "The network offers calls no second way.",
    "You can go on. Should the sound break off, try another network.",
  ),
  CALLS_BLOCKED: text(
    "The network lets no voice call pass.",
    "Turn off a VPN, or try another network, such as that of your phone.",
  ),
} as const satisfies Record<string, { readonly message: string; readonly nextStep: string }>;
