import type { Clock } from "../../clock.ts";
import type { Config } from "../../config/config.ts";
import { actAfter, pause } from "../../pause.ts";
import type { ActiveCall, Session } from "../session.ts";
import type { Speech } from "../speech.ts";

/** By so long before its limit a call is to be replaced whatever is being said, in milliseconds. */
const NO_PAUSE_MS = 30_000;

/** A page whose offer came to nothing, or that did not hear, is asked again after this, in milliseconds. */
const ASK_AGAIN_MS = 20_000;

/** With the next call at hand, a pause is waited for so long, in milliseconds. */
const SWITCH_WITHIN_MS = 10_000;

/**
 * Asks the page for another call before this one ends by itself, unless the session ends by then anyway. Returns what is to be
 * called when the provider says when that is, in milliseconds since the epoch.
 */
export function watchCallLimit(
  session: Session,
  call: ActiveCall,
  needs: { readonly config: Config; readonly clock: Clock },
): (at: number) => void {
  const { config, clock } = needs;
  const set = config.CALL_LIMIT_SECONDS;
  const setAt = call.createdAt + (set ?? call.upstream.callLimitSeconds) * 1000;
  let stopAsking = (): void => undefined;
  let limitAt = 0;
  const watchUntil = (at: number): void => {
    if (at === limitAt) return;
    limitAt = at;
    stopAsking();
    stopAsking = askBefore(limitAt, { session, signal: call.supervision.signal }, needs);
  };
  watchUntil(setAt);
  return (at) => {
    // A time that has passed is none that a call which goes on could end at.
    if (at > clock.now()) watchUntil(set === undefined ? at : Math.min(at, setAt));
  };
}

/** Returns what ends it before `signal` does. */
function askBefore(
  limitAt: number,
  { session, signal: over }: { readonly session: Session; readonly signal: AbortSignal },
  { config, clock }: { readonly config: Config; readonly clock: Clock },
): () => void {
  let asking: AbortController | undefined;
  const ask = async (): Promise<void> => {
    asking = new AbortController();
    const signal = AbortSignal.any([asking.signal, over]);
    for (;;) {
      const ms = Math.max(0, limitAt - NO_PAUSE_MS - clock.now());
      await untilPause(session.speech, ms, { clock, signal });
      if (signal.aborted || session.isClosing || session.time.deadline <= limitAt) return;
      if (session.state === "live") session.askForCall("call_limit");
      await pause(clock, ASK_AGAIN_MS, signal);
    }
  };
  const beginAt = limitAt - config.ROLLOVER_SECONDS * 1000;
  const cancel = actAfter(clock, Math.max(0, beginAt - clock.now()), over, () => void ask());
  return () => {
    cancel();
    asking?.abort();
  };
}

/** Where a session leaves a call for its limit: waits for a moment in which nobody hears it. */
export async function untilSwitch(session: Session, signals: readonly AbortSignal[], clock: Clock): Promise<void> {
  if (session.asksFor !== "call_limit" || session.call === undefined) return;
  const either = AbortSignal.any([...signals, session.call.supervision.signal]);
  await untilPause(session.speech, SWITCH_WITHIN_MS, { clock, signal: either });
}

/** Fulfilled when the candidate thinks about an answer; when `ms` are over; or when `signal` is aborted. */
function untilPause(
  speech: Speech,
  ms: number,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<void> {
  return new Promise((resolve) => {
    if (speech.isPaused || signal.aborted) return resolve();
    const finish = (): void => {
      cancel();
      stopListening();
      signal.removeEventListener("abort", finish);
      resolve();
    };
    const cancel = clock.after(ms, finish);
    const stopListening = speech.listen(() => {
      if (speech.isPaused) finish();
    });
    signal.addEventListener("abort", finish, { once: true });
  });
}
