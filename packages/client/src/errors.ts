import { ERRORS, type ErrorBody, type ErrorCode, type ErrorEntry } from "@interview-proxy/protocol";

/** What can go wrong on the browser's side; the server's own codes are those of the protocol's error table. */
const CLIENT_PROBLEMS = {
  BAD_SERVER_URL: text("This is not a server address.", "Use one such as wss://interview.example.com.", false),
  MICROPHONE_DENIED: text(
    "The browser does not let this page use the microphone.",
    "Allow the microphone in the address bar or the browser's settings, then connect again.",
  ),
  MICROPHONE_NOT_FOUND: text("No microphone was found.", "Plug one in or switch it on, then connect again."),
  MICROPHONE_IN_USE: text(
    "The microphone cannot be opened; another program may be using it.",
    "Close other calls and recordings, then connect again.",
  ),
  MICROPHONE_UNAVAILABLE: text(
    "This page cannot use a microphone here.",
    "Open it with https, or in a current Chrome, Edge, Firefox or Safari.",
    false,
  ),
  MICROPHONE_LOST: text(
    "The microphone has stopped, and there is no other one.",
    "Plug one in or switch it on; the interview goes on with it.",
  ),
  MICROPHONE_CHANGED: text(
    "The microphone has stopped, and another one is used now.",
    "Choose the one to speak into, if that is not the right one.",
  ),
  MICROPHONE_SILENCED: text(
    "The system or another program has silenced the microphone.",
    "Look for a mute key on the keyboard or headset, or end the other call.",
  ),
  SPEAKER_UNAVAILABLE: text(
    "The interviewer cannot be played through this speaker.",
    "Choose another one, or choose it in the settings of your system.",
  ),
  WEBRTC_UNAVAILABLE: text(
    "This browser cannot make voice calls.",
    "Open the page in a current Chrome, Edge, Firefox or Safari.",
    false,
  ),
  TOKEN_UNAVAILABLE: text("The sign-in could not be prepared.", "Open your invitation again and start from there."),
  SERVER_UNREACHABLE: text(
    "The interview server cannot be reached.",
    "Check the address and your internet connection, then connect again.",
  ),
  SERVER_TIMEOUT: text("The interview server did not answer in time.", "Connect again in a moment."),
  SERVER_LOST: text(
    "The connection to the interview server was lost.",
    "Check your internet connection, then connect again.",
  ),
  SESSION_LOST: text(
    "The interview server no longer knows this interview.",
    "Connect again, or start again from your invitation.",
  ),
  BAD_SERVER_REPLY: text(
    "The server's reply cannot be understood.",
    "Check that the address is that of an interview server.",
    false,
  ),
  ANSWER_UNUSABLE: text(
    "This browser cannot use the voice service's answer.",
    "Reload the page or try another browser.",
  ),
  AUDIO_LINE_FAILED: text(
    "No audio line to the interviewer could be kept up.",
    "Turn off a VPN or try another network, then connect again.",
  ),
  INTERNAL: text("Something went wrong in this page.", "Reload it and connect again."),
} as const satisfies Record<string, Omit<InterviewProblem, "code">>;

/** A code for something that went wrong on the browser's side. */
export type ClientErrorCode = keyof typeof CLIENT_PROBLEMS;

/** What went wrong, in words for the person at the microphone. Holds no token, SDP or transcript. */
export interface InterviewProblem {
  /** One of the page's own codes, of the protocol's table, or of a newer server's. */
  readonly code: string;
  /** What happened; one sentence. */
  readonly message: string;
  /** What to do about it. */
  readonly nextStep?: string;
  /** True where connecting again may succeed without a change elsewhere. */
  readonly retryable: boolean;
  /** Names the request in the server's log. */
  readonly requestId?: string;
  /** Milliseconds after which a new try can succeed, where the server says so. */
  readonly retryAfterMs?: number;
}

/** What `connect()` rejects with; `problem` is also in the snapshot. */
export class InterviewError extends Error {
  readonly problem: InterviewProblem;

  constructor(problem: InterviewProblem, options?: ErrorOptions) {
    super(problem.message, options);
    this.name = "InterviewError";
    this.problem = problem;
  }
}

export function clientError(code: ClientErrorCode, options?: ErrorOptions): InterviewError {
  return new InterviewError({ code, ...CLIENT_PROBLEMS[code] }, options);
}

/** Anything else that was thrown is a fault of the page. */
export function asInterviewError(error: unknown): InterviewError {
  return error instanceof InterviewError ? error : clientError("INTERNAL", { cause: error });
}

export function serverError(body: ErrorBody): InterviewError {
  const { requestId, retryAfterMs } = body;
  const problem = tableProblem(body.code, body);
  return new InterviewError({ ...problem, requestId, ...(retryAfterMs !== undefined && { retryAfterMs }) });
}

/** What a socket's close says, where no `error` message came before it. */
export function closeError(closeCode: number): InterviewError {
  const codes = (Object.keys(ERRORS) as ErrorCode[]).filter((code) => ERRORS[code].close === closeCode);
  const [code] = codes;
  // Close codes that several errors share (4400, 4401) name none of them.
  return code !== undefined && codes.length === 1
    ? new InterviewError(tableProblem(code, ERRORS[code]))
    : clientError("SERVER_LOST");
}

function tableProblem(code: string, { message, retryable }: Pick<ErrorEntry, "message" | "retryable">) {
  // The table writes what happened as the first sentence and what to do as the rest.
  const [happened = message, ...rest] = message.split(/(?<=\.) /);
  return { code, message: happened, retryable, ...(rest.length > 0 && { nextStep: rest.join(" ") }) };
}

function text(message: string, nextStep: string, retryable = true) {
  return { message, nextStep, retryable };
}
