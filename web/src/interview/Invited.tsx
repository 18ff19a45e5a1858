import { type InterviewProblem, type InvitationOptions, redeemInvitation } from "@interview-proxy/client";
import {
  type InterviewMessages,
  InterviewProvider,
  useCallSnapshot,
  useInterviewCall,
  useOwnInterviewCall,
} from "@interview-proxy/react";
import { type ReactElement, useState } from "react";
import { ownServerUrl } from "../server-address.ts";
import { CheckStep } from "./CheckStep.tsx";
import { DoneStep } from "./DoneStep.tsx";
import { InterviewStep } from "./InterviewStep.tsx";
import type { Arrival } from "./invitation-link.ts";
import { LookingStep } from "./LookingStep.tsx";
import { RefusedStep } from "./RefusedStep.tsx";
import { WelcomeStep } from "./WelcomeStep.tsx";

interface InvitedProps extends Pick<Arrival, "isNew"> {
  readonly invitation: string;
  readonly messages: InterviewMessages;
}

/** The way of somebody who has an invitation, from its first look to the end of the interview. */
export function Invited({ invitation, isNew, messages }: InvitedProps): ReactElement {
  const [options] = useState<InvitationOptions>(() => ({ url: ownServerUrl(), invitation }));
  // A ticket lives for a minute, and opens one connection: each attempt takes one of its own.
  const call = useOwnInterviewCall({ url: options.url, token: async () => (await redeemInvitation(options)).ticket });
  return (
    <InterviewProvider call={call} messages={messages}>
      <Way options={options} isNew={isNew} />
    </InterviewProvider>
  );
}

interface WayProps extends Pick<Arrival, "isNew"> {
  readonly options: InvitationOptions;
}

function Way({ options, isNew }: WayProps): ReactElement {
  const call = useInterviewCall();
  const isOver = useCallSnapshot(({ state }) => state === "disconnected");
  const lateRefusal = useCallSnapshot(({ error }) => (isRefusal(error) ? error : undefined));
  const [step, setStep] = useState<"looking" | "welcome" | "check" | "interview">(() =>
    !isNew && call.getSnapshot().canResume ? "interview" : "looking",
  );
  const [problem, setProblem] = useState<InterviewProblem>();
  const refusal = problem ?? lateRefusal;
  if (isOver) return <DoneStep />;
  if (refusal) return <RefusedStep problem={refusal} onTryAgain={() => setProblem(undefined)} />;
  if (step === "looking")
    return <LookingStep options={options} onFound={() => setStep("welcome")} onProblem={setProblem} />;
  if (step === "welcome")
    return <WelcomeStep options={options} onConsented={() => setStep("check")} onProblem={setProblem} />;
  return step === "check" ? <CheckStep options={options} onDone={() => setStep("interview")} /> : <InterviewStep />;
}

function isRefusal(problem: InterviewProblem | undefined): boolean {
  return problem?.code.startsWith("INVITATION_") === true;
}
