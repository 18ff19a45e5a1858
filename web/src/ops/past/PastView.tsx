import type { SessionSummary } from "@interview-proxy/protocol";
import { type ReactElement, useEffect } from "react";
import { dayAndTime, duration } from "../figures.ts";
import type { OperatorApi } from "../operator-api.ts";
import { END_WORDS } from "../running/session-words.ts";
import { linkTo } from "../use-place.ts";
import { SearchForm } from "./SearchForm.tsx";
import { TranscriptReader } from "./TranscriptReader.tsx";
import { type PastSearch, usePastSearch } from "./use-past-search.ts";

interface PastViewProps {
  readonly api: OperatorApi;
  /** The session whose transcript is read. */
  readonly chosen: string | undefined;
}

/** Interviews that are over: to find, and to read. */
export function PastView({ api, chosen }: PastViewProps): ReactElement {
  const search = usePastSearch(api);
  const { find } = search;
  useEffect(() => void find({}), [find]);
  return (
    <div className="ops-past" data-chosen={chosen !== undefined}>
      <section className="ops-list" aria-label="Search">
        <SearchForm onSearch={find} isBusy={search.isBusy} />
        <Found search={search} chosen={chosen} />
      </section>
      {chosen !== undefined && <TranscriptReader key={chosen} api={api} sessionId={chosen} />}
    </div>
  );
}

function Found({ search, chosen }: { readonly search: PastSearch; readonly chosen: string | undefined }): ReactElement {
  const { sessions, problem, more, isBusy } = search;
  return (
    <>
      <p role="status" className="ops-found">
        {problem ? `${problem.reason} ${problem.nextStep}` : saidOf(search)}
      </p>
      {sessions.length > 0 && (
        <div className="ops-table" role="region" aria-label="Interviews found" tabIndex={0}>
          <table>
            <thead>
              <tr>
                <th scope="col">Person</th>
                <th scope="col">Begun</th>
                <th scope="col">Length</th>
                <th scope="col">End</th>
              </tr>
            </thead>
            <tbody>
              {sessions.map((session) => (
                <PastRow key={session.sessionId} session={session} isChosen={session.sessionId === chosen} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {more && (
        <button type="button" className="interview-button" aria-disabled={isBusy} onClick={more}>
          Show more
        </button>
      )}
    </>
  );
}

function saidOf({ sessions, more, isBusy }: PastSearch): string {
  if (isBusy) return "Looking…";
  if (sessions.length === 0) return "No past interview is like this.";
  return more ? `The newest ${sessions.length}` : `${sessions.length} found`;
}

interface PastRowProps {
  readonly session: SessionSummary;
  readonly isChosen: boolean;
}

function PastRow({ session, isChosen }: PastRowProps): ReactElement {
  const { sessionId, person, persona, createdAt, startedAt, endedAt, endReason } = session;
  const isLong = startedAt !== null && endedAt !== null;
  return (
    <tr data-chosen={isChosen}>
      <th scope="row">
        <a href={linkTo({ view: "past", sessionId })} aria-current={isChosen}>
          {person}
        </a>
        <small>{persona}</small>
      </th>
      <td>{dayAndTime(startedAt ?? createdAt)}</td>
      <td>{isLong ? duration((Date.parse(endedAt) - Date.parse(startedAt)) / 1000) : "none"}</td>
      <td>{endReason === null ? "not yet" : END_WORDS[endReason]}</td>
    </tr>
  );
}
