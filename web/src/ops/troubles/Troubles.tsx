import { type Trouble, type TroubleName, TROUBLES } from "@interview-proxy/protocol";
import { type ReactElement, type ReactNode, useState } from "react";
import { Dialog } from "../../Dialog.tsx";
import { dayAndTime } from "../figures.ts";
import { runbookOf } from "./runbook.ts";

/** What is out of order at the moment, and what to do about each. Read out when something joins. */
export function Troubles({ troubles }: { readonly troubles: readonly Trouble[] }): ReactElement {
  const [shown, setShown] = useState<string>();
  return (
    <section className="ops-troubles" aria-label="Troubles">
      <div role="status">
        <ul>
          {troubles.map(({ alert, since, upstream = "" }) => (
            <li key={alert + upstream}>
              <p>
                <strong>{wordsOf(alert)}</strong>{" "}
                <span className="ops-muted">
                  {upstream !== "" && `${upstream}, `}since {dayAndTime(since)}
                </span>
              </p>
              <button type="button" className="interview-button ops-small" onClick={() => setShown(alert)}>
                What to do<span className="ops-unseen"> about {alert}</span>
              </button>
            </li>
          ))}
        </ul>
      </div>
      <Dialog title={`Runbook: ${shown ?? ""}`} isOpen={shown !== undefined} onClose={() => setShown(undefined)}>
        <Runbook alert={shown ?? ""} />
        <button type="button" className="interview-button primary" onClick={() => setShown(undefined)}>
          Close
        </button>
      </Dialog>
    </section>
  );
}

function wordsOf(alert: string): string {
  return Object.hasOwn(TROUBLES, alert) ? TROUBLES[alert as TroubleName] : alert;
}

function Runbook({ alert }: { readonly alert: string }): ReactElement {
  return (
    <div className="ops-runbook">
      {runbookOf(alert).map((part) =>
        part.kind === "command" ? (
          // Wide commands are scrolled, by keyboard too.
          <pre key={part.text} tabIndex={0} role="group" aria-label="Command">
            {part.text}
          </pre>
        ) : (
          <p key={part.text}>
            {part.kind === "step" && <strong>{part.title}: </strong>}
            {withCode(part.text)}
          </p>
        ),
      )}
    </div>
  );
}

/** What stands between backticks is set as code. */
function withCode(text: string): ReactNode {
  return text.split("`").map((piece, index) => (index % 2 === 1 ? <code key={index}>{piece}</code> : piece));
}
