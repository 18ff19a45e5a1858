import type { ReactElement } from "react";
import { stamp } from "../figures.ts";
import { remarkOn, SPEAKERS } from "../turn-words.ts";
import { inOrder, type Mark, type Turn, wordsOf } from "./transcript.ts";

interface TurnsProps {
  readonly turns: readonly Turn[];
  readonly marks: readonly Mark[];
}

const MARKS: Readonly<Record<Mark["kind"], string>> = {
  note: "Note of the interviewer",
  drift: "Violation: the session was changed by the page",
  injected: "Violation: the page put something into the conversation",
  removed: "Violation: the page took something out of the conversation",
  unexplained_response: "Violation: the interviewer was made to speak by the page",
};

/** Everything that was said, and what was noted beside it. */
export function Turns({ turns, marks }: TurnsProps): ReactElement {
  const begun = turns.find(({ startedAt }) => startedAt !== null)?.startedAt ?? null;
  if (turns.length + marks.length === 0) return <p className="ops-muted">Nothing was said.</p>;
  return (
    <ol className="ops-turns" aria-label="What was said">
      {inOrder(turns, marks).map((entry) =>
        entry.kind === "turn" ? (
          <TurnItem key={entry.turn.id} turn={entry.turn} begun={begun} />
        ) : (
          <MarkItem key={entry.key} mark={entry.mark} />
        ),
      )}
    </ol>
  );
}

/** `begun`: when the first turn began of which that is known. */
function TurnItem({ turn, begun }: { readonly turn: Turn; readonly begun: string | null }): ReactElement {
  const { heard, unheard } = wordsOf(turn);
  const remark = remarkOn(turn);
  return (
    <li data-role={turn.role} data-status={turn.status}>
      <p className="ops-turn-head">
        <strong>{SPEAKERS[turn.role]}</strong>
        {turn.startedAt !== null && begun !== null && (
          <time dateTime={turn.startedAt}>{stamp((Date.parse(turn.startedAt) - Date.parse(begun)) / 1000)}</time>
        )}
        {remark && <em>{remark}</em>}
      </p>
      {(heard !== "" || unheard !== "") && (
        <p>
          {heard}
          {unheard !== "" && (
            <s>
              <span className="ops-unseen"> Not heard: </span>
              {unheard}
            </s>
          )}
        </p>
      )}
    </li>
  );
}

function MarkItem({ mark: { kind, text, counted } }: { readonly mark: Mark }): ReactElement {
  return (
    <li data-mark={kind === "note" ? "note" : "violation"}>
      <p className="ops-turn-head">
        <strong>{MARKS[kind]}</strong>
        {counted === false && <em>does not count</em>}
      </p>
      {text !== null && <p>{text}</p>}
    </li>
  );
}
