import type { InterviewSnapshot } from "@interview-proxy/client";
import { type ReactElement, useLayoutEffect, useRef } from "react";
import { END_WORDS } from "./end-words.ts";

/** Props of {@link EndNotice}: from the client's snapshot. */
export interface EndNoticeProps {
  readonly endReason: InterviewSnapshot["endReason"];
}

/**
 * Says why the interview ended and what to do next. The live region is always there, so that it is read out when filled;
 * focus stays where it is, but whoever was reading captions further down is brought back to it. Style `.end-notice[data-reason]`, which is empty until the end.
 */
export function EndNotice({ endReason }: EndNoticeProps): ReactElement {
  const notice = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (endReason) notice.current?.scrollIntoView({ block: "nearest" });
  }, [endReason]);
  return (
    <div ref={notice} className="end-notice" aria-live="polite" data-reason={endReason}>
      {endReason && (
        <p>
          <strong>{END_WORDS[endReason].reason}</strong> {END_WORDS[endReason].nextStep}
        </p>
      )}
    </div>
  );
}
