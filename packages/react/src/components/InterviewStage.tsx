import type { InterviewState } from "@interview-proxy/client";
import type { ReactElement, ReactNode } from "react";
import { useMessages } from "../call/InterviewProvider.tsx";
import { useCallSnapshot } from "../call/use-call-snapshot.ts";
import { AnswerForm } from "./AnswerForm.tsx";
import { AudioVisualizer, type VisualizerShape } from "./AudioVisualizer.tsx";
import { Captions } from "./Captions.tsx";
import { ConnectionBadge } from "./ConnectionBadge.tsx";
import { DeviceSelect } from "./DeviceSelect.tsx";
import { EndNotice } from "./EndNotice.tsx";
import { ErrorNotice } from "./ErrorNotice.tsx";
import { InterviewButton } from "./InterviewButton.tsx";
import { InterviewStatus } from "./InterviewStatus.tsx";
import { LevelMeter } from "./LevelMeter.tsx";
import { MuteButton } from "./MuteButton.tsx";
import { SoundNotice } from "./SoundNotice.tsx";
import { TimeRemaining } from "./TimeRemaining.tsx";

/** Props of {@link InterviewStage}. */
export interface InterviewStageProps {
  /** How the interviewer's voice looks; an orb unless told otherwise. */
  readonly shape?: VisualizerShape | undefined;
  /** The clock of the snapshot's `endsAt`, where the client's `environment` replaces it. Pass the same function each time. */
  readonly now?: (() => number) | undefined;
  /** What begins, continues and ends the interview; an {@link InterviewButton} unless told otherwise. */
  readonly button?: ReactNode;
  /** Further controls of the page, below the others. */
  readonly children?: ReactNode;
}

/** While the candidate and the interviewer talk with each other, or will again in a moment. */
const TALKING: ReadonlySet<InterviewState> = new Set(["connected", "interrupted"]);

/**
 * The provider's interview as a candidate sees it: the interviewer's voice, captions, time, mute, devices, a typed answer. Style
 * `.interview-stage[data-state]` and what is in it.
 */
export function InterviewStage({
  shape,
  now,
  button = <InterviewButton />,
  children,
}: InterviewStageProps): ReactElement {
  const { labels, language, simulation } = useMessages();
  const state = useCallSnapshot((snapshot) => snapshot.state);
  const isSimulation = useCallSnapshot((snapshot) => snapshot.simulation === true);
  const remoteStream = useCallSnapshot((snapshot) => snapshot.remoteStream);
  return (
    <section className="interview-stage" aria-label={labels.interview} lang={language} data-state={state}>
      <div className="interview-head">
        <ConnectionBadge />
        <TimeRemaining now={now} />
      </div>
      <AudioVisualizer stream={remoteStream} shape={shape} />
      <InterviewStatus />
      {isSimulation && <p className="interview-simulation">{simulation}</p>}
      <EndNotice />
      <ErrorNotice />
      <SoundNotice />
      <Captions />
      {TALKING.has(state) && <Talking />}
      {button}
      <details className="interview-settings">
        <summary>{labels.settings}</summary>
        <DeviceSelect kind="microphone" />
        <DeviceSelect kind="speaker" />
      </details>
      {children}
    </section>
  );
}

/** What a candidate needs besides a voice. */
function Talking(): ReactElement {
  const { labels } = useMessages();
  const localStream = useCallSnapshot((snapshot) => snapshot.localStream);
  return (
    <>
      <div className="interview-voice">
        <LevelMeter label={labels.you} stream={localStream} />
        <MuteButton />
      </div>
      <details className="interview-typing">
        <summary>{labels.typedAnswer}</summary>
        <AnswerForm />
      </details>
    </>
  );
}
