import { pause } from "../pause.ts";
import type { Row } from "./step.ts";
import type { Trial } from "./trial.ts";

const HANG_UP_TRIES = 3;

/** Between two tries, in milliseconds. */
const TRY_AGAIN_AFTER_MS = 500;

/**
 * Ends the call if one may live: by hanging up, which does no harm when done again, and by leaving the line, which the
 * provider notices by itself. Returns a row where it is not sure that it has ended.
 */
export async function endCall({ made, upstream, peer, clock }: Trial): Promise<Row | undefined> {
  const begunAt = performance.now();
  for (let tries = 0; tries < HANG_UP_TRIES && made.callId !== undefined && !made.hasEnded; tries++) {
    if (tries > 0) await pause(clock, TRY_AGAIN_AFTER_MS);
    await upstream.hangUp(made.callId).then(
      () => (made.hasEnded = true),
      () => undefined,
    );
  }
  made.sideband?.close();
  peer.close();
  if (made.hasEnded || !made.mayLive) return undefined;
  return {
    step: "end",
    expects: "the call has surely ended",
    verdict: "failed",
    seen: made.callId === undefined ? "a call may live whose id is not known" : "the call cannot be hung up",
    ms: Math.round(performance.now() - begunAt),
    facts: {},
  };
}
