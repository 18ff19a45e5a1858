import { type InterviewProblem, type InvitationOptions, lookAtInvitation } from "@interview-proxy/client";
import { type ReactElement, useEffect, useEffectEvent } from "react";
import { usePageMessages } from "./page-context.ts";
import { problemOf } from "./problem-of.ts";
import { StepView } from "./StepView.tsx";

interface LookingStepProps {
  readonly options: InvitationOptions;
  readonly onFound: () => void;
  readonly onProblem: (problem: InterviewProblem) => void;
}

/** Looks whether the invitation leads to an interview. Redeems nothing: whoever scans links in mails comes this far. */
export function LookingStep({ options, onFound, onProblem }: LookingStepProps): ReactElement {
  const { steps } = usePageMessages();
  const found = useEffectEvent(onFound);
  const failed = useEffectEvent((error: unknown) => onProblem(problemOf(error)));
  useEffect(() => {
    const left = new AbortController();
    const { signal } = left;
    lookAtInvitation({ ...options, signal }).then(
      () => signal.aborted || found(),
      (error: unknown) => signal.aborted || failed(error),
    );
    return () => left.abort();
  }, [options]);
  return <StepView title={steps.looking} />;
}
