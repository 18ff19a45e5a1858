import type { RunningSession } from "@interview-proxy/protocol";
import { memo, type ReactElement } from "react";
import { count, ifKnown, money } from "../figures.ts";
import { connectionWords, stateWords, type Words } from "./session-words.ts";

/** The row that Tab leads to, and where it was when it was chosen: what comes into its place when it is gone. */
export interface CurrentRow {
  readonly sessionId: string | undefined;
  readonly index: number;
}

interface RunningRowProps {
  readonly session: RunningSession;
  /** Its place in the list, from 0. */
  readonly index: number;
  readonly rowPx: number;
  readonly left: string;
  /** It is the one that Tab leads to. */
  readonly isCurrent: boolean;
  readonly isChosen: boolean;
  readonly onFocus: (row: CurrentRow) => void;
  readonly onBlur: () => void;
  readonly onChoose: (sessionId: string) => void;
}

/** One session in the list. Most updates concern few, so that a row is rendered only when something in it changes. */
export const RunningRow = memo(function RunningRow(props: RunningRowProps): ReactElement {
  const { session, index, rowPx, left, isCurrent, isChosen, onFocus, onBlur, onChoose } = props;
  const { sessionId, person, persona, state, violations } = session;
  return (
    <div
      role="row"
      className="ops-row"
      data-row={sessionId}
      data-chosen={isChosen}
      aria-rowindex={index + 2}
      style={{ transform: `translateY(${index * rowPx}px)` }}
    >
      <div role="gridcell" className="ops-who">
        <button
          type="button"
          tabIndex={isCurrent ? 0 : -1}
          aria-current={isChosen}
          onFocus={() => onFocus({ sessionId, index })}
          onBlur={onBlur}
          onClick={() => onChoose(sessionId)}
        >
          {person}
        </button>
        <small>{persona}</small>
      </div>
      <div role="gridcell" className="ops-state" data-state={state}>
        <Both words={stateWords(session)} />
      </div>
      <div role="gridcell" className="ops-left">
        <Both words={{ main: left, beside: session.deadline === null ? "paused" : undefined }} />
      </div>
      <div role="gridcell" className="ops-quality" data-quality={session.quality ?? "unknown"}>
        <Both words={connectionWords(session)} />
      </div>
      <div role="gridcell" className="ops-cost">
        {ifKnown(session.money, money)}
      </div>
      <div role="gridcell" className="ops-violations" data-some={(violations ?? 0) > 0}>
        {violations === 0 ? <span className="ops-none">none</span> : ifKnown(violations, count)}
      </div>
    </div>
  );
});

function Both({ words: { main, beside } }: { readonly words: Words }): ReactElement {
  return (
    <>
      <span>{main}</span> {beside !== undefined && <small>{beside}</small>}
    </>
  );
}
