import type { RunningSession } from "@interview-proxy/protocol";
import { useReadable } from "@interview-proxy/react";
import { type ReactElement, type ReactNode, useLayoutEffect, useRef, useState } from "react";
import { type Line, secondsLeft } from "../board.ts";
import { count, duration, ifKnown, money, timeOfDay } from "../figures.ts";
import type { OperatorApi } from "../operator-api.ts";
import { linkTo } from "../use-place.ts";
import { EndButton } from "./EndButton.tsx";
import { GuidanceForm } from "./GuidanceForm.tsx";
import { LiveCaptions } from "./LiveCaptions.tsx";
import { followCaptions, type Said } from "./live-captions.ts";
import { connectionWords, END_WORDS, stateWords, type Words } from "./session-words.ts";
import { useNow } from "./use-now.ts";

interface SessionPanelProps {
  readonly api: OperatorApi;
  readonly sessionId: string;
  /** `undefined`: it does not run, or the list has not come yet. */
  readonly session: RunningSession | undefined;
  readonly line: Line;
  readonly clockOffsetMs: number;
  readonly canOperate: boolean;
}

/** One running session from near: what is said, and what an operator may do about it. */
export function SessionPanel(props: SessionPanelProps): ReactElement {
  const { api, sessionId, session, line, clockOffsetMs, canOperate } = props;
  const [captions] = useState(() => followCaptions(sessionId));
  const said = useReadable(captions);
  // Once it is over the list has it no more, and who it was is still to be read.
  const [last, setLast] = useState(session);
  if (session !== undefined && session !== last) setLast(session);
  const known = session ?? last;
  const isOver = said.endReason !== undefined || (session === undefined && line === "live");
  return (
    <section className="ops-panel card" aria-labelledby="session-heading">
      <header>
        <div>
          <Heading text={known?.person ?? "This interview"} />
          {known && <small>{[known.persona, known.upstream].filter((each) => each !== null).join(", ")}</small>}
        </div>
        <a className="ops-close" href={linkTo({ view: "running" })}>
          Close<span className="ops-unseen"> this interview</span>
        </a>
      </header>
      {known && <Facts session={known} isOver={isOver} clockOffsetMs={clockOffsetMs} />}
      <Over said={said} isOver={isOver} sessionId={sessionId} />
      <LiveCaptions said={said} />
      {canOperate && !isOver && (
        <>
          <GuidanceForm api={api} sessionId={sessionId} />
          <EndButton api={api} sessionId={sessionId} person={known?.person ?? "this person"} />
        </>
      )}
    </section>
  );
}

/** Takes the focus, because the session was chosen to be looked at. */
function Heading({ text }: { readonly text: string }): ReactElement {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => heading.current?.focus(), []);
  return (
    <h2 ref={heading} id="session-heading" tabIndex={-1}>
      {text}
    </h2>
  );
}

interface FactsProps {
  readonly session: RunningSession;
  readonly isOver: boolean;
  readonly clockOffsetMs: number;
}

function Facts({ session, isOver, clockOffsetMs }: FactsProps): ReactElement {
  const now = useNow() + clockOffsetMs;
  const left = secondsLeft(session, now);
  return (
    <dl className="ops-facts">
      <Fact name="Begun">{timeOfDay(session.startedAt)}</Fact>
      {!isOver && (
        <>
          <Fact name="State">{inOne(stateWords(session))}</Fact>
          <Fact name="Time left">
            {duration(left)}
            {session.deadline === null && ", paused"}
          </Fact>
          <Fact name="Connection">{inOne(connectionWords(session))}</Fact>
        </>
      )}
      <Fact name="Cost">{ifKnown(session.money, money)}</Fact>
      <Fact name="Violations">{session.violations === 0 ? "none" : ifKnown(session.violations, count)}</Fact>
      {session.isCandidateConnected === false && !isOver && <Fact name="Candidate’s page">not connected</Fact>}
    </dl>
  );
}

function inOne({ main, beside }: Words): string {
  return beside === undefined ? main : `${main}, ${beside}`;
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactElement {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

interface OverProps {
  readonly said: Said;
  readonly isOver: boolean;
  readonly sessionId: string;
}

function Over({ said, isOver, sessionId }: OverProps): ReactElement {
  return (
    <div className="end-notice" role="status">
      {isOver && (
        <p>
          <strong>This interview is over.</strong> {said.endReason !== undefined && `${END_WORDS[said.endReason]}. `}
          <a href={linkTo({ view: "past", sessionId })}>Read its transcript</a>
        </p>
      )}
    </div>
  );
}
