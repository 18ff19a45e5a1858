import type { InterviewProblem } from "@interview-proxy/client";
import type { ReactElement } from "react";

/** Says what went wrong and what to do about it. The live region is always there, so that it is read out when filled. */
export function ProblemNotice({ problem }: { readonly problem: InterviewProblem | undefined }): ReactElement {
  return (
    <div className="problem" role="alert" data-code={problem?.code}>
      {problem && (
        <p>
          <strong>{problem.message}</strong> {problem.nextStep}
        </p>
      )}
    </div>
  );
}
