import type { Session } from "../../src/sessions/session.ts";
import { settle } from "../fake-clock.ts";
import { audioAnswer, audioOffer } from "../sample-sdp.ts";
import { ada, openSessions, type SessionsUnderTest } from "./open-sessions.ts";

/** What the provider answers. */
export const CALL = { callId: "rtc_u1_abcdefgh", answerSdp: audioAnswer };

/** A session, and everything it told. */
export interface Started extends SessionsUnderTest {
  readonly session: Session;
  readonly events: unknown[];
}

export async function startSession(settings: Record<string, string> = {}): Promise<Started> {
  const under = await openSessions(settings);
  const { session } = await under.sessions.open(ada, {});
  const events: unknown[] = [];
  session.attach((event) => events.push(event));
  return { ...under, session, events };
}

/** Offers, and waits until the create has reached the provider. */
export async function offer({ sessions, session }: Started, sdp = audioOffer): Promise<{ outcome: Promise<unknown> }> {
  const outcome = sessions.startCall(session, sdp).catch((error: unknown) => error);
  await settle();
  return { outcome };
}
