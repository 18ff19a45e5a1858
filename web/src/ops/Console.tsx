import type { OperatorSession } from "@interview-proxy/protocol";
import { useReadable } from "@interview-proxy/react";
import { type ReactElement, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { Line } from "./board.ts";
import { HealthView } from "./health/HealthView.tsx";
import { LiveBoard } from "./live-board.ts";
import type { OperatorApi } from "./operator-api.ts";
import { PastView } from "./past/PastView.tsx";
import { RunningView } from "./running/RunningView.tsx";
import { Troubles } from "./troubles/Troubles.tsx";
import { linkTo, usePlace, type View, VIEWS } from "./use-place.ts";

interface ConsoleProps {
  readonly api: OperatorApi;
  readonly operator: OperatorSession["operator"];
  readonly onSignedOut: () => void;
}

const NAMES: Readonly<Record<View, { readonly link: string; readonly heading: string }>> = {
  running: { link: "Running", heading: "Running interviews" },
  past: { link: "Past", heading: "Past interviews" },
  health: { link: "Health", heading: "Usage and health" },
};

const LINES: Readonly<Record<Line, string>> = {
  connecting: "Connecting…",
  live: "Live",
  lost: "Updates lost, reconnecting…",
};

/** What an operator sees who is signed in. */
export function Console({ api, operator, onSignedOut }: ConsoleProps): ReactElement {
  const board = useLiveBoard(api);
  const { line, overview, sessions } = useReadable(board);
  const place = usePlace();
  const canOperate = operator.scopes.includes("operate");
  return (
    <div className="ops">
      <header className="ops-header">
        <p className="ops-name">Interview operations</p>
        <Views view={place.view} running={sessions.size} />
        <p className="ops-line" data-line={line} role="status">
          {LINES[line]}
        </p>
        <p className="ops-operator">
          <span>{operator.sub}</span>
          <small>
            {operator.tenant !== undefined && `${operator.tenant}, `}
            {canOperate ? "may act" : "may watch"}
          </small>
        </p>
        <SignOut api={api} onSignedOut={onSignedOut} />
      </header>
      <main className="ops-main" data-view={place.view} data-line={line}>
        <Heading key={place.view} text={NAMES[place.view].heading} />
        <Troubles troubles={overview?.troubles ?? []} />
        {place.view === "running" && (
          <RunningView api={api} board={board} chosen={place.sessionId} canOperate={canOperate} />
        )}
        {place.view === "past" && <PastView api={api} chosen={place.sessionId} />}
        {place.view === "health" && <HealthView overview={overview} />}
      </main>
    </div>
  );
}

function useLiveBoard(api: OperatorApi): LiveBoard {
  const [board] = useState(
    () => new LiveBoard({ openStream: (address) => new EventSource(address), checkSignIn: () => api.checkSignIn() }),
  );
  useEffect(() => {
    board.open();
    return () => board.close();
  }, [board]);
  return board;
}

function Views({ view, running }: { readonly view: View; readonly running: number }): ReactElement {
  return (
    <nav className="ops-views" aria-label="Views">
      {VIEWS.map((each) => (
        <a key={each} href={linkTo({ view: each })} aria-current={each === view ? "page" : undefined}>
          {NAMES[each].link}
          {each === "running" && <span className="ops-count">{running}</span>}
        </a>
      ))}
    </nav>
  );
}

/** Takes the focus when a view is chosen, so that a screen reader begins there. */
function Heading({ text }: { readonly text: string }): ReactElement {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => {
    document.title = `${text}, interview operations`;
    heading.current?.focus();
    scrollTo({ top: 0 });
  }, [text]);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {text}
    </h1>
  );
}

function SignOut({ api, onSignedOut }: Pick<ConsoleProps, "api" | "onSignedOut">): ReactElement {
  const [hasFailed, setFailed] = useState(false);
  return (
    <>
      <button
        type="button"
        className="interview-button ops-small"
        onClick={() => void api.signOut().then(onSignedOut, () => setFailed(true))}
      >
        Sign out
      </button>
      <p role="alert" className="ops-sign-out-problem">
        {hasFailed && "You are still signed in: the server did not answer. Try again, or close the browser."}
      </p>
    </>
  );
}
