import type { InterviewCallOptions } from "@interview-proxy/client";
import type { ReactElement, ReactNode } from "react";
import { InterviewProvider, useMessages } from "../call/InterviewProvider.tsx";
import { useCallSnapshot } from "../call/use-call-snapshot.ts";
import { useOwnInterviewCall } from "../call/use-own-interview-call.ts";
import { usePreparedLine } from "../call/use-prepared-line.ts";
import type { InterviewMessages } from "../messages/messages.ts";
import { CallButtons } from "./CallButtons.tsx";
import { Captions } from "./Captions.tsx";
import { DebugPanel } from "./DebugPanel.tsx";
import { EndNotice } from "./EndNotice.tsx";
import { ErrorNotice } from "./ErrorNotice.tsx";
import { InterviewStatus } from "./InterviewStatus.tsx";
import { LevelMeter } from "./LevelMeter.tsx";
import { SoundNotice } from "./SoundNotice.tsx";
import { TimeRemaining, type TimeRemainingProps } from "./TimeRemaining.tsx";

/** Props of {@link SimpleWebRTCManager}: where the interview is, and the language. */
export interface SimpleWebRTCManagerProps extends InterviewCallOptions {
  readonly messages?: InterviewMessages | undefined;
  /** Further controls of the page, below the others; hooks in them see this interview. */
  readonly children?: ReactNode;
}

/**
 * One interview in a plain panel, for trying a server out: connect and disconnect, how it stands and how long it may last, both
 * voices, what is said, why it ended or what went wrong, and details for those who look for a fault. The options of the first
 * render count; give it another `key` to change them. Style `.interview-panel[data-state]` and what is in it.
 */
export function SimpleWebRTCManager({ messages, children, ...options }: SimpleWebRTCManagerProps): ReactElement {
  const call = useOwnInterviewCall(options);
  usePreparedLine(call);
  return (
    <InterviewProvider call={call} messages={messages}>
      <Panel now={options.environment?.now}>{children}</Panel>
    </InterviewProvider>
  );
}

interface PanelProps extends TimeRemainingProps {
  readonly children: ReactNode;
}

function Panel({ now, children }: PanelProps): ReactElement {
  const { labels, language, simulation } = useMessages();
  const state = useCallSnapshot((snapshot) => snapshot.state);
  const isSimulation = useCallSnapshot((snapshot) => snapshot.simulation === true);
  return (
    <section className="interview-panel" aria-label={labels.interview} lang={language} data-state={state}>
      <div className="interview-head">
        <InterviewStatus />
        <TimeRemaining now={now} />
      </div>
      <EndNotice />
      {isSimulation && <p className="interview-simulation">{simulation}</p>}
      <ErrorNotice />
      <Meters />
      <SoundNotice />
      <CallButtons />
      <Captions />
      <DebugPanel />
      {children}
    </section>
  );
}

function Meters(): ReactElement {
  const { labels } = useMessages();
  const localStream = useCallSnapshot((snapshot) => snapshot.localStream);
  const remoteStream = useCallSnapshot((snapshot) => snapshot.remoteStream);
  return (
    <div className="interview-meters">
      <LevelMeter label={labels.you} stream={localStream} />
      <LevelMeter label={labels.interviewer} stream={remoteStream} />
    </div>
  );
}
