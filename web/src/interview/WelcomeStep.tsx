import { type InterviewProblem, type InvitationOptions, redeemInvitation } from "@interview-proxy/client";
import { type ReactElement, useId, useState } from "react";
import { usePageMessages } from "./page-context.ts";
import { problemOf } from "./problem-of.ts";
import { StepView } from "./StepView.tsx";

interface WelcomeStepProps {
  readonly options: InvitationOptions;
  readonly onConsented: () => void;
  readonly onProblem: (problem: InterviewProblem) => void;
}

/** Says what comes, and asks for consent. Going on redeems the invitation, so that the server knows when that was given. */
export function WelcomeStep({ options, onConsented, onProblem }: WelcomeStepProps): ReactElement {
  const id = useId();
  const { steps, welcome } = usePageMessages();
  const [isUnderWay, setUnderWay] = useState(false);
  const goOn = () => {
    setUnderWay(true);
    redeemInvitation({ ...options, hasConsented: true }).then(onConsented, (error: unknown) =>
      onProblem(problemOf(error)),
    );
  };
  return (
    <StepView title={steps.welcome} step="welcome">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (!isUnderWay) goOn();
        }}
      >
        <p>{welcome.lead}</p>
        <ul className="facts">
          {welcome.facts.map((fact) => (
            <li key={fact}>{fact}</li>
          ))}
        </ul>
        <div className="choice">
          <input id={id} type="checkbox" required />
          <label htmlFor={id}>{welcome.consent}</label>
        </div>
        <button type="submit" className="interview-button primary" aria-disabled={isUnderWay}>
          {welcome.goOn}
        </button>
      </form>
    </StepView>
  );
}
