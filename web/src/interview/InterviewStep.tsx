import { InterviewStage, useCallSnapshot, useInterviewCall } from "@interview-proxy/react";
import { type ReactElement, useState } from "react";
import { CandidateButton } from "./CandidateButton.tsx";
import { usePageMessages } from "./page-context.ts";
import { StepView } from "./StepView.tsx";
import { TechnicalProblem } from "./TechnicalProblem.tsx";

/** The interview itself, or what is left of one after a reload. */
export function InterviewStep(): ReactElement {
  const { steps, interview } = usePageMessages();
  const call = useInterviewCall();
  const [isReturning] = useState(() => call.getSnapshot().canResume);
  const hasBegun = useCallSnapshot(({ state }) => state !== "idle");
  return (
    <StepView title={isReturning ? steps.returning : steps.interview} step="interview">
      {!hasBegun && <p className="before-interview">{isReturning ? interview.returning : interview.lead}</p>}
      <InterviewStage button={<CandidateButton />}>
        <TechnicalProblem />
      </InterviewStage>
    </StepView>
  );
}
