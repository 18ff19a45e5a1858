import { useCallSnapshot, useInterviewCall, useReadable } from "@interview-proxy/react";
import { type ReactElement, useId, useRef, useState } from "react";
import { reportOf } from "./problem-report.ts";

/** Its texts. */
export interface ReportWords {
  readonly label: string;
  readonly copy: string;
  readonly copied: string;
  /** The browser does not let the page copy; the text is selected instead. */
  readonly notCopied: string;
}

/** What whoever looks for a fault needs to know of the provider's interview, to be copied into a mail. */
export function CopyableReport({ words }: { readonly words: ReportWords }): ReactElement {
  const id = useId();
  const call = useInterviewCall();
  const snapshot = useCallSnapshot();
  const stats = useReadable(call.stats);
  const events = useReadable(call.events);
  const field = useRef<HTMLTextAreaElement>(null);
  const [outcome, setOutcome] = useState<"none" | "copied" | "notCopied">("none");
  // While somebody is at it, the text stands still: a selection would be lost with each change.
  const [held, setHeld] = useState<string>();
  const text = held ?? reportOf({ snapshot, stats, events });
  const copy = async () => {
    const report = reportOf({ snapshot, stats, events });
    setHeld(report);
    try {
      await navigator.clipboard.writeText(report);
      setOutcome("copied");
    } catch {
      field.current?.select();
      setOutcome("notCopied");
    }
  };
  return (
    <div className="report">
      <label htmlFor={id}>{words.label}</label>
      <textarea id={id} ref={field} readOnly rows={6} spellCheck={false} value={text} onFocus={() => setHeld(text)} />
      <button type="button" className="interview-button" onClick={() => void copy()}>
        {words.copy}
      </button>
      <p aria-live="polite" className="outcome">
        {outcome === "copied" && words.copied}
        {outcome === "notCopied" && words.notCopied}
      </p>
    </div>
  );
}
