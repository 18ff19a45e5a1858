import {
  type SessionDetails,
  sessionDetailsSchema,
  type TranscriptVerification,
  transcriptVerificationSchema,
} from "@interview-proxy/protocol";
import type { Notice } from "@interview-proxy/react";
import { type ReactElement, useEffect, useLayoutEffect, useRef, useState } from "react";
import { compact, dayAndTime, money } from "../figures.ts";
import type { OperatorApi } from "../operator-api.ts";
import { wordsOf } from "../refusal-words.ts";
import { END_WORDS } from "../running/session-words.ts";
import { linkTo } from "../use-place.ts";
import { type Turn, transcriptSchema } from "./transcript.ts";
import { Turns } from "./Turns.tsx";
import { VerificationMark } from "./VerificationMark.tsx";

interface TranscriptReaderProps {
  readonly api: OperatorApi;
  readonly sessionId: string;
}

interface Read {
  readonly session: SessionDetails;
  readonly turns: readonly Turn[];
  /** `undefined`: it could not be checked. */
  readonly verification: TranscriptVerification | undefined;
}

/** What was said in a session, whether it can be trusted, and how it is taken along. */
export function TranscriptReader({ api, sessionId }: TranscriptReaderProps): ReactElement {
  const { read, problem } = useTranscriptOf(api, sessionId);
  return (
    <article className="ops-panel card" aria-labelledby="transcript-heading" aria-busy={!read && !problem}>
      <header>
        <div>
          <Heading text={read?.session.person ?? "Transcript"} />
          {read && (
            <small>
              {read.session.persona}, {sessionId}
            </small>
          )}
        </div>
        <a className="ops-close" href={linkTo({ view: "past" })}>
          Close<span className="ops-unseen"> this transcript</span>
        </a>
      </header>
      <p role="status" className="outcome">
        {problem && `${problem.reason} ${problem.nextStep}`}
      </p>
      {read && (
        <>
          <Facts session={read.session} />
          <VerificationMark verification={read.verification} />
          <Exports sessionId={sessionId} />
          <Turns turns={read.turns} marks={read.session.marks} />
        </>
      )}
    </article>
  );
}

function useTranscriptOf(api: OperatorApi, sessionId: string): { readonly read?: Read; readonly problem?: Notice } {
  const [state, setState] = useState<{ readonly read?: Read; readonly problem?: Notice }>({});
  useEffect(() => {
    let isShown = true;
    const path = `/api/sessions/${encodeURIComponent(sessionId)}`;
    Promise.all([
      api.get(path, sessionDetailsSchema),
      api.get(`${path}/transcript`, transcriptSchema),
      // What was said is to be read all the same.
      api.get(`${path}/transcript/verification`, transcriptVerificationSchema).catch(() => undefined),
    ]).then(
      ([session, { turns }, verification]) => isShown && setState({ read: { session, turns, verification } }),
      (error: unknown) => isShown && setState({ problem: wordsOf(error) }),
    );
    return () => {
      isShown = false;
    };
  }, [api, sessionId]);
  return state;
}

function Heading({ text }: { readonly text: string }): ReactElement {
  const heading = useRef<HTMLHeadingElement>(null);
  useLayoutEffect(() => heading.current?.focus(), []);
  return (
    <h2 ref={heading} id="transcript-heading" tabIndex={-1}>
      {text}
    </h2>
  );
}

function Facts({ session }: { readonly session: SessionDetails }): ReactElement {
  const { createdAt, startedAt, endedAt, endReason, usage } = session;
  const tokens = usage.inputTextTokens + usage.inputAudioTokens + usage.outputTextTokens + usage.outputAudioTokens;
  const facts = [
    ["Begun", dayAndTime(startedAt ?? createdAt)],
    ["Ended", endedAt === null ? "not yet" : dayAndTime(endedAt)],
    ["Why it ended", endReason === null ? "it runs" : END_WORDS[endReason]],
    ["Cost", money(usage.money)],
    ["Tokens", compact(tokens)],
  ] as const;
  return (
    <dl className="ops-facts">
      {facts.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

const FORMS = [
  { format: "text", name: "Text", file: "txt" },
  { format: "vtt", name: "WebVTT", file: "vtt" },
  { format: "json", name: "JSON with its proof", file: "json" },
] as const;

function Exports({ sessionId }: { readonly sessionId: string }): ReactElement {
  return (
    <section className="ops-exports" aria-labelledby="export-heading">
      <h3 id="export-heading">Export</h3>
      {FORMS.map(({ format, name, file }) => (
        <a
          key={format}
          className="interview-button ops-small"
          href={`/api/sessions/${encodeURIComponent(sessionId)}/transcript?format=${format}`}
          download={`${sessionId}.${file}`}
        >
          {name}
        </a>
      ))}
    </section>
  );
}
