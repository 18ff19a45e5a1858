import { ERRORS, isErrorCode, type OperatorEventOf } from "@interview-proxy/protocol";
import type { ReactElement } from "react";
import { count, part } from "../figures.ts";

type OutcomesProps = Pick<OperatorEventOf<"overview">["connects"], "outcomes" | "errors">;

const NAMES: Readonly<Record<string, string>> = { ok: "connected", refused: "refused", failed: "failed" };

/** How attempts to connect ended, and what was in the way of those that did not. */
export function Outcomes({ outcomes, errors }: OutcomesProps): ReactElement {
  const all = Object.values(outcomes).reduce((sum, each) => sum + each, 0);
  const codes = Object.entries(errors).toSorted(([, a], [, b]) => b - a);
  return (
    <>
      {all > 0 && (
        <p>
          {Object.entries(outcomes)
            .filter(([, times]) => times > 0)
            .map(([outcome, times]) => `${count(times)} ${NAMES[outcome] ?? outcome} (${part(times / all)})`)
            .join(", ")}
        </p>
      )}
      {codes.length > 0 && (
        <ul className="ops-errors" aria-label="What was in the way">
          {codes.map(([code, times]) => (
            <li key={code}>
              <p>
                <code>{code}</code> {count(times)} {times === 1 ? "time" : "times"}
              </p>
              {isErrorCode(code) && <p className="ops-muted">{ERRORS[code].message}</p>}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
