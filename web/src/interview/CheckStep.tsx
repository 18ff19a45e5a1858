import type { PreCheckOptions } from "@interview-proxy/client";
import {
  DeviceSelect,
  PreCheckView,
  useCallSnapshot,
  useInterviewCall,
  useMessages,
  usePreCheck,
} from "@interview-proxy/react";
import type { ReactElement } from "react";
import { usePageMessages } from "./page-context.ts";
import { StepView } from "./StepView.tsx";

interface CheckStepProps {
  readonly options: PreCheckOptions;
  readonly onDone: () => void;
}

/** Tries device and connection out before the interview. What fails keeps nobody out: the interview may work all the same. */
export function CheckStep({ options, onDone }: CheckStepProps): ReactElement {
  const { steps, check } = usePageMessages();
  const { labels } = useMessages();
  const { microphoneId, speakerId } = useCallSnapshot(({ devices }) => devices);
  return (
    <StepView title={steps.check} step="check">
      <div className="stack">
        <p>{check.lead}</p>
        <CheckOfDevices
          key={`${microphoneId} ${speakerId}`}
          options={{ ...options, microphoneId, speakerId }}
          onDone={onDone}
        />
        <details className="interview-settings">
          <summary>{labels.settings}</summary>
          <DeviceSelect kind="microphone" />
          <DeviceSelect kind="speaker" />
        </details>
      </div>
    </StepView>
  );
}

function CheckOfDevices({ options, onDone }: CheckStepProps): ReactElement {
  const { check } = usePageMessages();
  const call = useInterviewCall();
  const preCheck = usePreCheck(options);
  const isFine = preCheck.summary === "passed" || preCheck.summary === "warning";
  const run = async () => {
    const checks = await preCheck.run();
    // Once the microphone is allowed, browsers tell the devices' names.
    void call.refreshDevices();
    return checks;
  };
  return (
    <>
      <PreCheckView {...preCheck} run={run} />
      <button type="button" className={`interview-button${isFine ? " primary" : ""}`} onClick={onDone}>
        {isFine ? check.goOn : check.goOnAnyway}
      </button>
    </>
  );
}
