import { AnswerForm, DeviceSelect, type Notice, useCallSnapshot, useInterviewCall } from "@interview-proxy/react";
import { type ReactElement, type ReactNode, useId, useState } from "react";
import { CopyableReport } from "../CopyableReport.tsx";
import { Dialog } from "../Dialog.tsx";
import { usePageMessages } from "./page-context.ts";

/** What a candidate can try when something does not work, and what to tell whoever can help. */
export function TechnicalProblem(): ReactElement {
  const { problem, report } = usePageMessages();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button type="button" className="interview-button quiet" onClick={() => setOpen(true)}>
        {problem.open}
      </button>
      <Dialog title={problem.title} isOpen={isOpen} onClose={() => setOpen(false)}>
        <Remedies />
        <Remedy notice={problem.report}>
          <CopyableReport words={report} />
        </Remedy>
        <button type="button" className="interview-button primary" onClick={() => setOpen(false)}>
          {problem.close}
        </button>
      </Dialog>
    </>
  );
}

function Remedies(): ReactElement {
  const { problem } = usePageMessages();
  const isTalking = useCallSnapshot(({ state }) => state === "connected");
  return (
    <>
      {isTalking && <Reconnect />}
      <Remedy notice={problem.devices}>
        <DeviceSelect kind="microphone" />
        <DeviceSelect kind="speaker" />
      </Remedy>
      {isTalking && (
        <Remedy notice={problem.typing}>
          <AnswerForm />
        </Remedy>
      )}
      <Remedy notice={problem.reload}>
        <button type="button" className="interview-button" onClick={() => location.reload()}>
          {problem.reloadButton}
        </button>
      </Remedy>
    </>
  );
}

function Reconnect(): ReactElement {
  const { problem } = usePageMessages();
  const call = useInterviewCall();
  const [isUnderWay, setUnderWay] = useState(false);
  return (
    <Remedy notice={problem.reconnect}>
      <button
        type="button"
        className="interview-button"
        onClick={() =>
          void call.reconnectAudio().then(
            () => setUnderWay(true),
            () => setUnderWay(false),
          )
        }
      >
        {problem.reconnectButton}
      </button>
      <p aria-live="polite" className="outcome">
        {isUnderWay && problem.reconnected}
      </p>
    </Remedy>
  );
}

interface RemedyProps {
  readonly notice: Notice;
  readonly children: ReactNode;
}

function Remedy({ notice, children }: RemedyProps): ReactElement {
  const id = useId();
  return (
    <section className="remedy" aria-labelledby={id}>
      <h3 id={id}>{notice.reason}</h3>
      <p>{notice.nextStep}</p>
      {children}
    </section>
  );
}
