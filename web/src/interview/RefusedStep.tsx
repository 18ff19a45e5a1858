import type { InterviewProblem } from "@interview-proxy/client";
import { problemWords, useMessages } from "@interview-proxy/react";
import type { ReactElement } from "react";
import { usePageMessages } from "./page-context.ts";
import { StepView } from "./StepView.tsx";

interface RefusedStepProps {
  readonly problem: InterviewProblem;
  readonly onTryAgain: () => void;
}

/** The invitation leads nowhere, or the server cannot be asked: what happened, and what to do. */
export function RefusedStep({ problem, onTryAgain }: RefusedStepProps): ReactElement {
  const { tryAgain, quote } = usePageMessages();
  const { reason, nextStep } = problemWords(problem, useMessages());
  return (
    <StepView title={reason}>
      <div className="stack">
        {nextStep && <p>{nextStep}</p>}
        {problem.retryable && (
          <button type="button" className="interview-button primary" onClick={onTryAgain}>
            {tryAgain}
          </button>
        )}
        <p className="hint">
          {quote} <code>{[problem.code, problem.requestId].filter(Boolean).join(" ")}</code>
        </p>
      </div>
    </StepView>
  );
}
