import type { Notice } from "@interview-proxy/react";
import { type ReactElement, useState } from "react";
import { Dialog } from "../../Dialog.tsx";
import type { OperatorApi } from "../operator-api.ts";
import { wordsOf } from "../refusal-words.ts";

interface EndButtonProps {
  readonly api: OperatorApi;
  readonly sessionId: string;
  readonly person: string;
}

/** Ends a session, which nobody can undo, and so asks twice. */
export function EndButton({ api, sessionId, person }: EndButtonProps): ReactElement {
  const [isAsking, setAsking] = useState(false);
  const [outcome, setOutcome] = useState<"goodbye" | Notice>();
  const end = (goodbye: boolean): void => {
    setAsking(false);
    setOutcome(undefined);
    api.post(`/api/sessions/${encodeURIComponent(sessionId)}/end`, { goodbye }).then(
      () => goodbye && setOutcome("goodbye"),
      (error: unknown) => setOutcome(wordsOf(error)),
    );
  };
  return (
    <div className="ops-end">
      <button type="button" className="interview-button ops-danger" onClick={() => setAsking(true)}>
        End this interview
      </button>
      <p role="status" className="outcome">
        {outcome === "goodbye" && "The interviewer says goodbye, then it ends."}
        {typeof outcome === "object" && `${outcome.reason} ${outcome.nextStep}`}
      </p>
      <Dialog title={`End the interview of ${person}?`} isOpen={isAsking} onClose={() => setAsking(false)}>
        <p>It is over then for good: neither you nor the candidate can open it again. What was said is kept.</p>
        <div className="ops-answers">
          <button type="button" className="interview-button primary" onClick={() => setAsking(false)}>
            No, let it go on
          </button>
          <button type="button" className="interview-button" onClick={() => end(true)}>
            End with a goodbye
          </button>
          <button type="button" className="interview-button ops-danger" onClick={() => end(false)}>
            End at once
          </button>
        </div>
      </Dialog>
    </div>
  );
}
