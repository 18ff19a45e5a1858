import type { ReactElement } from "react";
import { clockDuration, durationInWords } from "./duration-words.ts";
import { useSecondsUntil } from "./use-seconds-until.ts";

/** Props of {@link RemainingTime}: the first two from the client's snapshot. */
export interface RemainingTimeProps {
  readonly endsAt: number | undefined;
  readonly timeWarning: number | undefined;
  /** The clock of `endsAt`, where the client's `environment` replaces it. Pass the same function each time. */
  readonly now?: (() => number) | undefined;
}

/**
 * How long the interview may go on, counted down; nothing while that is unknown. The seconds are not read out, but a
 * warning is, once. Style `.remaining-time[data-warned]`, and hide `.remaining-time-warning` from sight: its words stay
 * as they are while the time goes on.
 */
export function RemainingTime({ endsAt, timeWarning, now = pageClock }: RemainingTimeProps): ReactElement {
  return (
    <div className="remaining-time" data-warned={timeWarning !== undefined}>
      {endsAt !== undefined && <Countdown endsAt={endsAt} now={now} />}
      {/* Always there, so that it is read out when filled. */}
      <p className="remaining-time-warning" aria-live="polite">
        {timeWarning !== undefined && `${durationInWords(timeWarning)} left.`}
      </p>
    </div>
  );
}

/** Apart from the rest, so that nothing else renders each second. */
function Countdown({ endsAt, now }: { readonly endsAt: number; readonly now: () => number }): ReactElement {
  const left = useSecondsUntil(endsAt, now);
  return (
    <>
      <span aria-hidden="true">Time left</span>{" "}
      <span role="timer" aria-label="Time left">
        {clockDuration(left)}
      </span>
    </>
  );
}

function pageClock(): number {
  return performance.now();
}
