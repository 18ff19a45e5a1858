import type { ReactElement } from "react";
import { useProblem } from "../call/use-problem.ts";

/**
 * Says what went wrong and what to do about it. The live region is always there, so that it is read out when filled. Style
 * `.problem[data-code]`, which is empty while nothing is wrong.
 */
export function ErrorNotice(): ReactElement {
  const problem = useProblem();
  return (
    <div className="problem" role="alert" data-code={problem?.code}>
      {problem && (
        <p>
          <strong>{problem.words.reason}</strong> {problem.words.nextStep}
        </p>
      )}
    </div>
  );
}
