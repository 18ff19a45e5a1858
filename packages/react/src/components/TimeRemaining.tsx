import type { ReactElement } from "react";
import { useMessages } from "../call/InterviewProvider.tsx";
import { useTimeRemaining } from "../call/use-time-remaining.ts";
import { clockDuration, durationInWords } from "../messages/duration-words.ts";

/** Props of {@link TimeRemaining}. */
export interface TimeRemainingProps {
  /** The clock of the snapshot's `endsAt`, where the client's `environment` replaces it. Pass the same function each time. */
  readonly now?: (() => number) | undefined;
}

/**
 * How long the interview may go on, counted down, or standing while the interview's clock stands; nothing while that is
 * unknown. The seconds are not read out, but a warning is, once. Style `.remaining-time[data-warned][data-paused]`, and hide
 * `.remaining-time-warning` from sight: its words stay as they are while the time goes on.
 */
export function TimeRemaining({ now }: TimeRemainingProps): ReactElement {
  const { labels, timeLeft, language } = useMessages();
  const { seconds, isPaused, warnedAt } = useTimeRemaining(now);
  const label = isPaused ? labels.timeLeftPaused : labels.timeLeft;
  return (
    <div className="remaining-time" data-warned={warnedAt !== undefined} data-paused={isPaused}>
      {seconds !== undefined && (
        <>
          <span aria-hidden="true">{label}</span>{" "}
          <span role="timer" aria-label={label}>
            {clockDuration(seconds)}
          </span>
        </>
      )}
      {/* Always there, so that it is read out when filled. */}
      <p className="remaining-time-warning" aria-live="polite">
        {warnedAt !== undefined && timeLeft(durationInWords(warnedAt, language))}
      </p>
    </div>
  );
}
