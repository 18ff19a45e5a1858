import {
  httpErrorSchema,
  type SdpExchangeRequest,
  type SdpExchangeResponse,
  sdpExchangeResponseSchema,
} from "@interview-proxy/protocol";
import { clientError, serverError } from "../errors.ts";
import { endSession } from "./end-session.ts";
import type { Signalling, SignallingOptions } from "./signalling.ts";
import { resolveToken } from "./token.ts";

/** Signalling by two requests, where WebSockets do not pass. The server cannot tell the page anything in between. */
export function createHttpSignalling(options: SignallingOptions): Signalling {
  const { environment, url, signal, log, events, sessionId, aiPersona } = options;
  let session: SdpExchangeResponse | undefined;
  // Fetched beside the microphone. exchange() reports a failure; without it there is nobody to tell.
  const token = resolveToken(options.token);
  token.catch(() => {});

  async function exchange(sdpOffer: string): Promise<string> {
    const request: SdpExchangeRequest = {
      sdpOffer,
      ...(sessionId !== undefined && { sessionId }),
      ...(aiPersona !== undefined && { aiPersona }),
    };
    const bearer = await token;
    events.onState("open");
    log.add("sent", "POST /api/sdp-exchange");
    const response = await post(request, bearer);
    log.add("received", "response", String(response.status));
    events.onState("closed");
    session = await readAnswer(response);
    // The page may have left while the reply was on its way; its own end() came too early to know the session.
    if (signal.aborted) void end();
    events.onFacts({ sessionId: session.sessionId, callId: session.callId, deadline: session.deadline });
    events.onTimeLeft(session.remainingSeconds);
    return session.sdpAnswer;
  }

  async function post(request: SdpExchangeRequest, bearer: string | undefined): Promise<Response> {
    const headers = {
      "content-type": "application/json",
      ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
    };
    const init = { method: "POST", headers, body: JSON.stringify(request), signal };
    return environment.fetch(url.sdpExchange, init).catch((cause: unknown) => {
      throw clientError("SERVER_UNREACHABLE", { cause });
    });
  }

  async function end(): Promise<undefined> {
    if (session) await endSession(session, options);
  }

  // The one reply there is brings the answer, so it comes too late for ICE servers.
  return { iceServers: Promise.resolve([]), exchange, end };
}

/** Throws the server's error, or `BAD_SERVER_REPLY` for what no interview server would say. */
async function readAnswer(response: Response): Promise<SdpExchangeResponse> {
  const body: unknown = await response.json().catch(() => undefined);
  const answer = sdpExchangeResponseSchema.safeParse(body);
  if (response.ok && answer.success) return answer.data;
  const failure = httpErrorSchema.safeParse(body);
  throw failure.success ? serverError(failure.data.error) : clientError("BAD_SERVER_REPLY");
}
