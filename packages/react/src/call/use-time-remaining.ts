import { useCallSnapshot } from "./use-call-snapshot.ts";
import { useSecondsUntil } from "./use-seconds-until.ts";

/** How long the interview may go on. */
export interface RemainingTime {
  /** Whole seconds; `undefined` while that is unknown. */
  readonly seconds: number | undefined;
  /** True while the interview's clock stands, because it is interrupted. */
  readonly isPaused: boolean;
  /** Seconds that were left at the server's last warning. */
  readonly warnedAt: number | undefined;
}

/**
 * The time that is left of the provider's interview; renders again once a second while it runs. `now` is the clock of the
 * snapshot's `endsAt`, where the client's `environment` replaces it: pass the same function each time.
 */
export function useTimeRemaining(now: () => number = pageClock): RemainingTime {
  const endsAt = useCallSnapshot((snapshot) => snapshot.endsAt);
  const paused = useCallSnapshot((snapshot) => snapshot.pausedSecondsLeft);
  const warnedAt = useCallSnapshot((snapshot) => snapshot.timeWarning);
  const running = useSecondsUntil(endsAt, now);
  const isPaused = paused !== undefined;
  return { seconds: isPaused ? Math.ceil(paused) : running, isPaused, warnedAt };
}

function pageClock(): number {
  return performance.now();
}
