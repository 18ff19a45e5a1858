import { type ReactElement, useLayoutEffect, useRef } from "react";
import { useMessages } from "../call/InterviewProvider.tsx";
import { useCallSnapshot } from "../call/use-call-snapshot.ts";

/**
 * Says why the interview ended and what to do next. The live region is always there, so that it is read out when filled;
 * focus stays where it is, but whoever was reading captions further down is brought back to it. Style `.end-notice[data-reason]`,
 * which is empty until the end.
 */
export function EndNotice(): ReactElement {
  const { ends } = useMessages();
  const endReason = useCallSnapshot((snapshot) => snapshot.endReason);
  const notice = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (endReason) notice.current?.scrollIntoView({ block: "nearest" });
  }, [endReason]);
  return (
    <div ref={notice} className="end-notice" aria-live="polite" data-reason={endReason}>
      {endReason && (
        <p>
          <strong>{ends[endReason].reason}</strong> {ends[endReason].nextStep}
        </p>
      )}
    </div>
  );
}
