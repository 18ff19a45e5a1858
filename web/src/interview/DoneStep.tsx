import { EndNotice } from "@interview-proxy/react";
import type { ReactElement } from "react";
import { usePageMessages } from "./page-context.ts";
import { StepView } from "./StepView.tsx";

/** The interview is over, and why. */
export function DoneStep(): ReactElement {
  const { steps } = usePageMessages();
  return (
    <StepView title={steps.done}>
      <div className="stack">
        <EndNotice />
      </div>
    </StepView>
  );
}
