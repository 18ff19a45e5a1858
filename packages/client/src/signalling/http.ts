import {
  type ErrorBody,
  type SdpExchangeRequest,
  type SdpExchangeResponse,
  sdpExchangeResponseSchema,
} from "@interview-proxy/protocol";
import { clientError, type InterviewError, serverError } from "../errors.ts";
import { tellNoWayBack } from "./no-way-back.ts";
import type { HeldSession, OfferNeeds, Signalling, SignallingOptions, Tidings } from "./signalling.ts";
import { notAtPresent } from "../not-at-present.ts";
import { type LineFault, SPOILT_TOKEN } from "../scenario.ts";
import { errorIn, requestSession } from "./session-request.ts";
import { resolveToken } from "./token.ts";
import { newTraceparent } from "./traceparent.ts";

/** What a resume token is refused with. Other errors are about the offer or the voice service, and the session goes on. */
const NO_WAY_BACK: ReadonlySet<string> = new Set(["UNAUTHENTICATED", "SESSION_FORBIDDEN", "SESSION_ENDED"]);

/** Signalling by requests, one for each call and one for the end, where WebSockets do not pass. The server tells nothing in between. */
export function createHttpSignalling(options: SignallingOptions): Signalling {
  const { environment, url, signal, log, events, sessionId, aiPersona } = options;
  let session: HeldSession | undefined = options.resumes;
  // Fetched beside the microphone. exchange() reports a failure; without it there is nobody to tell.
  const token = session ? Promise.resolve(session.resumeToken) : resolveToken(options.token);
  token.catch(() => {});

  async function exchange(sdpOffer: string): Promise<string> {
    const isFirst = session === undefined;
    const request: SdpExchangeRequest = { sdpOffer, ...(isFirst && { sessionId, aiPersona }) };
    const bearer = session?.resumeToken ?? (await token);
    events.onState("open");
    log.add("sent", "POST /api/sdp-exchange");
    const response = await post(request, bearer).finally(() => events.onState("closed"));
    log.add("received", "response", String(response.status));
    const reply = await readAnswer(response);
    if ("sdpAnswer" in reply) return take(reply, isFirst);
    throw refusal(reply.error, isFirst);
  }

  function take(reply: SdpExchangeResponse, isFirst: boolean): string {
    session = { sessionId: reply.sessionId, resumeToken: reply.resumeToken };
    // The page may have left while the reply was on its way; its own end() came too early to know the session.
    if (isFirst && signal.aborted) void end();
    events.onFacts({ sessionId: reply.sessionId, callId: reply.callId, deadline: reply.deadline });
    events.onSession(session);
    events.onTimeLeft({ seconds: reply.remainingSeconds, isRunning: true });
    events.onServed();
    return reply.sdpAnswer;
  }

  function refusal(error: ErrorBody | undefined, isFirst: boolean): InterviewError {
    // In mid-interview it is the page of something in between, such as a balancer that has no server at the moment.
    if (error === undefined) return clientError(isFirst ? "BAD_SERVER_REPLY" : "SERVER_UNREACHABLE");
    if (!isFirst && NO_WAY_BACK.has(error.code)) tellNoWayBack(error, events);
    return serverError(error);
  }

  async function post(request: SdpExchangeRequest, bearer: string | undefined): Promise<Response> {
    const headers = {
      "content-type": "application/json",
      traceparent: newTraceparent(log),
      ...(bearer && { authorization: `Bearer ${bearer}` }),
    };
    const init = { method: "POST", headers, body: JSON.stringify(request), signal };
    return environment.fetch(url.sdpExchange, init).catch((cause: unknown) => {
      throw clientError("SERVER_UNREACHABLE", { cause });
    });
  }

  async function end(): Promise<undefined> {
    if (session) await requestSession(session, { method: "DELETE" }, options);
  }

  function tell({ type, ...body }: Tidings): void {
    if (session) void requestSession(session, { method: "POST", path: `/${type}`, body }, options);
  }

  function simulate(fault: LineFault): void {
    if (session === undefined || fault === "drop-socket") throw notAtPresent("There is no line that could fail.");
    session = { ...session, resumeToken: SPOILT_TOKEN };
    events.onReoffer("call_lost");
  }

  // The one reply there is brings the answer, so it comes too late for ICE servers. A server that needs no data channel
  // takes it out of the offer.
  const needs: OfferNeeds = { iceServers: [], dataChannel: true };
  return { ready: () => Promise.resolve(needs), exchange, tell, probe() {}, simulate, end };
}

/** The answer, or the server's error; `undefined` for what no interview server would say. */
async function readAnswer(
  response: Response,
): Promise<SdpExchangeResponse | { readonly error: ErrorBody | undefined }> {
  const body: unknown = await response.json().catch(() => undefined);
  const answer = sdpExchangeResponseSchema.safeParse(body);
  if (response.ok && answer.success) return answer.data;
  return { error: errorIn(body) };
}
