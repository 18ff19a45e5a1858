import { MAX_SAY_CHARACTERS } from "@interview-proxy/protocol";
import { type ReactElement, useId, useState } from "react";
import { useMessages } from "../call/InterviewProvider.tsx";
import { useTypedAnswer } from "../call/use-typed-answer.ts";

/** Takes a typed answer, for whoever cannot speak at the moment. Style `.answer-form[data-outcome]`. */
export function AnswerForm(): ReactElement {
  const id = useId();
  const { labels, buttons, typedAnswer } = useMessages();
  const { canSend, outcome, send } = useTypedAnswer();
  const [text, setText] = useState("");
  const isReady = canSend && text.trim() !== "";
  const submit = async () => {
    // What was typed stays where it was not taken, and what is typed meanwhile stays too.
    if (isReady && (await send(text.trim()))) setText((present) => (present === text ? "" : present));
  };
  return (
    <form
      className="answer-form"
      data-outcome={outcome}
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <label htmlFor={id}>{labels.typedAnswer}</label>
      <textarea
        id={id}
        rows={3}
        maxLength={MAX_SAY_CHARACTERS}
        aria-describedby={`${id}-hint`}
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void submit();
        }}
      />
      <p id={`${id}-hint`} className="answer-form-hint">
        {typedAnswer.hint}
      </p>
      <p className="answer-form-outcome" aria-live="polite">
        {outcome === "sent" && typedAnswer.sent}
        {outcome === "failed" && typedAnswer.failed}
      </p>
      <button type="submit" className="interview-button" aria-disabled={!isReady}>
        {buttons.send}
      </button>
    </form>
  );
}
