import type { InterviewCallOptions } from "../interview-call-options.ts";
import { createHttpSignalling } from "./http.ts";
import type { Signalling, SignallingOptions } from "./signalling.ts";
import { createWebSocketSignalling } from "./websocket.ts";

/** The line to the server, of the kind that the page wants. */
export function openSignalling(options: SignallingOptions & Pick<InterviewCallOptions, "signalling">): Signalling {
  return options.signalling === "http" ? createHttpSignalling(options) : createWebSocketSignalling(options);
}
