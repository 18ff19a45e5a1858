import { audioAnswer, audioOffer } from "../sample-sdp.ts";
import { settle } from "../fake-clock.ts";
import type { AttachedSideband } from "../fake-upstream.ts";
import type { Session } from "../../src/sessions/session.ts";
import { ada, openSessions, type SessionsUnderTest } from "./open-sessions.ts";

/** What the provider answers. */
export const CALL = { callId: "rtc_u1_abcdefgh", answerSdp: audioAnswer };

/** A session to which somebody listens. */
export interface Started extends SessionsUnderTest {
  readonly session: Session;
  readonly events: unknown[];
}

export async function startSession(settings: Record<string, string> = {}): Promise<Started> {
  const under = await openSessions(settings);
  const { session } = await under.sessions.open(ada, {});
  const events: unknown[] = [];
  session.attach({ onEvent: (event) => events.push(event), onDisplaced: () => undefined });
  return { ...under, session, events };
}

/** Offers, and waits until the create has reached the provider. */
export async function offer(
  { sessions, session }: Pick<Started, "sessions" | "session">,
  sdp = audioOffer,
  departure = new AbortController().signal,
): Promise<{ outcome: Promise<unknown> }> {
  const outcome = sessions
    .readOffer(session.principal, sdp)
    .then((judged) => sessions.startCall(session, judged, { departure }))
    .catch((error: unknown) => error);
  await settle();
  return { outcome };
}

/** A session whose call is up, with the sideband that it is watched over. */
export interface Talking extends Started {
  readonly sideband: AttachedSideband;
}

export async function startTalk(settings: Record<string, string> = {}): Promise<Talking> {
  const started = await startSession(settings);
  return { ...started, sideband: await callAgain(started) };
}

/** Makes the next call of a session; returns its sideband. */
export async function callAgain(started: Started, callId = CALL.callId): Promise<AttachedSideband> {
  const { upstream } = started;
  const { outcome } = await offer(started);
  upstream.creates.at(-1)?.answer({ ...CALL, callId });
  await outcome;
  await settle();
  const sideband = upstream.sidebands.at(-1);
  if (sideband === undefined) throw new Error("No sideband was attached.");
  sideband.say({ type: "ready" });
  return sideband;
}
