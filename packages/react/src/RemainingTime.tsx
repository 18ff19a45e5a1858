import type { ReactElement } from "react";
import { clockDuration, durationInWords } from "./duration-words.ts";
import { useSecondsUntil } from "./use-seconds-until.ts";

/** Props of {@link RemainingTime}: the first three from the client's snapshot. */
export interface RemainingTimeProps {
  readonly endsAt: number | undefined;
  readonly pausedSecondsLeft?: number | undefined;
  readonly timeWarning: number | undefined;
  /** The clock of `endsAt`, where the client's `environment` replaces it. Pass the same function each time. */
  readonly now?: (() => number) | undefined;
}

/**
 * How long the interview may go on, counted down, or standing while the interview's clock stands; nothing while that is
 * unknown. The seconds are not read out, but a
 * warning is, once. Style `.remaining-time[data-warned][data-paused]`, and hide `.remaining-time-warning` from sight: its words stay
 * as they are while the time goes on.
 */
export function RemainingTime({
  endsAt,
  pausedSecondsLeft,
  timeWarning,
  now = pageClock,
}: RemainingTimeProps): ReactElement {
  const isPaused = pausedSecondsLeft !== undefined;
  return (
    <div className="remaining-time" data-warned={timeWarning !== undefined} data-paused={isPaused}>
      {endsAt !== undefined && <Countdown endsAt={endsAt} now={now} />}
      {isPaused && <TimeLeft label="Time left, paused" seconds={Math.ceil(pausedSecondsLeft)} />}
      {/* Always there, so that it is read out when filled. */}
      <p className="remaining-time-warning" aria-live="polite">
        {timeWarning !== undefined && `${durationInWords(timeWarning)} left.`}
      </p>
    </div>
  );
}

/** Apart from the rest, so that nothing else renders each second. */
function Countdown({ endsAt, now }: { readonly endsAt: number; readonly now: () => number }): ReactElement {
  return <TimeLeft label="Time left" seconds={useSecondsUntil(endsAt, now)} />;
}

function TimeLeft({ label, seconds }: { readonly label: string; readonly seconds: number }): ReactElement {
  return (
    <>
      <span aria-hidden="true">{label}</span>{" "}
      <span role="timer" aria-label={label}>
        {clockDuration(seconds)}
      </span>
    </>
  );
}

function pageClock(): number {
  return performance.now();
}
