import { type ReactElement, type ReactNode, useEffect, useId, useRef } from "react";
import { usePageMessages } from "./page-context.ts";

/** What a candidate goes through, in order. */
const STEPS = ["welcome", "check", "interview"] as const;

interface StepViewProps {
  readonly title: string;
  /** Its place on the way; without one it is off it. */
  readonly step?: (typeof STEPS)[number] | undefined;
  readonly children?: ReactNode;
}

/** One step of the page. Its heading takes the focus when it comes, so that a screen reader begins there. */
export function StepView({ title, step, children }: StepViewProps): ReactElement {
  const id = useId();
  const { stepOf } = usePageMessages();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => heading.current?.focus(), []);
  return (
    <>
      {step && (
        <p id={id} className="step">
          {stepOf(STEPS.indexOf(step) + 1, STEPS.length)}
        </p>
      )}
      <h1 ref={heading} tabIndex={-1} aria-describedby={step && id}>
        {title}
      </h1>
      <div className="card">{children}</div>
    </>
  );
}
