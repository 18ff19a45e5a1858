import type { Notice } from "@interview-proxy/react";
import { type FormEvent, type KeyboardEvent, type ReactElement, useId, useRef, useState } from "react";
import type { OperatorApi } from "../operator-api.ts";
import { wordsOf } from "../refusal-words.ts";

/** As many as the server takes, in characters. */
const MAX_CHARACTERS = 4000;

interface GuidanceFormProps {
  readonly api: OperatorApi;
  readonly sessionId: string;
}

type Outcome = "sending" | "given" | Notice;

/** A word to the interviewer, which the candidate does not hear. */
export function GuidanceForm({ api, sessionId }: GuidanceFormProps): ReactElement {
  const id = useId();
  const field = useRef<HTMLTextAreaElement>(null);
  const [outcome, setOutcome] = useState<Outcome>();
  const send = async (): Promise<void> => {
    const text = field.current?.value.trim() ?? "";
    if (text === "" || outcome === "sending") {
      field.current?.focus();
      return;
    }
    setOutcome("sending");
    try {
      await api.post(`/api/sessions/${encodeURIComponent(sessionId)}/guidance`, { text });
      if (field.current) field.current.value = "";
      setOutcome("given");
    } catch (error) {
      setOutcome(wordsOf(error));
    }
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void send();
  };
  return (
    <form
      className="answer-form"
      data-outcome={typeof outcome === "object" ? "failed" : outcome}
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void send();
      }}
    >
      <label htmlFor={id}>A word to the interviewer</label>
      <textarea
        ref={field}
        id={id}
        rows={2}
        maxLength={MAX_CHARACTERS}
        aria-describedby={`${id}-hint`}
        onKeyDown={onKeyDown}
      />
      <div className="ops-send">
        <button type="submit" className="interview-button" aria-disabled={outcome === "sending"}>
          Give it
        </button>
        <p id={`${id}-hint`} className="answer-form-hint">
          The candidate does not hear it. Ctrl + Enter gives it, too.
        </p>
      </div>
      <p className="answer-form-outcome" role="status">
        {outcome === "given" && "Given to the interviewer."}
        {typeof outcome === "object" && `${outcome.reason} ${outcome.nextStep}`}
      </p>
    </form>
  );
}
