import type { InterviewCall, InterviewCallOptions, InterviewState } from "@interview-proxy/client";
import { type ReactElement, useState } from "react";
import { Captions } from "./Captions.tsx";
import { DebugPanel } from "./DebugPanel.tsx";
import { EndNotice } from "./EndNotice.tsx";
import { LevelMeter } from "./LevelMeter.tsx";
import { ProblemNotice } from "./ProblemNotice.tsx";
import { RemainingTime } from "./RemainingTime.tsx";
import { stateWords } from "./state-words.ts";
import { useCallSnapshot } from "./use-call-snapshot.ts";
import { useOwnInterviewCall } from "./use-own-interview-call.ts";

/** Props of {@link SimpleWebRTCManager}: where the interview is. */
export type SimpleWebRTCManagerProps = InterviewCallOptions;

/**
 * One interview with everything a person needs for it: connect and disconnect, how it stands and how long it may last, both
 * voices, what is said, why it ended or what went wrong, and details for those who look for a fault. The props of the first
 * render count; give it another `key` to change them. Style `.interview-panel[data-state]` and what is in it.
 */
export function SimpleWebRTCManager(props: SimpleWebRTCManagerProps): ReactElement {
  const client = useOwnInterviewCall(props);
  const snapshot = useCallSnapshot(client);
  return (
    <section className="interview-panel" aria-label="Interview" data-state={snapshot.state}>
      <div className="interview-head">
        <p className="interview-status" role="status">
          {stateWords(snapshot)}
        </p>
        <RemainingTime
          endsAt={snapshot.endsAt}
          pausedSecondsLeft={snapshot.pausedSecondsLeft}
          timeWarning={snapshot.timeWarning}
          now={props.environment?.now}
        />
      </div>
      <EndNotice endReason={snapshot.endReason} />
      {snapshot.simulation && <p className="interview-simulation">The interviewer is simulated.</p>}
      <ProblemNotice problem={snapshot.error} />
      <div className="interview-meters">
        <LevelMeter label="You" stream={snapshot.localStream} />
        <LevelMeter label="Interviewer" stream={snapshot.remoteStream} />
      </div>
      {snapshot.needsGesture && (
        <p>
          The browser holds the sound back until you ask for it.{" "}
          <button type="button" onClick={() => void client.resumeAudio()}>
            Turn on sound
          </button>
        </p>
      )}
      <Buttons client={client} state={snapshot.state} canResume={snapshot.canResume} />
      <Captions captions={snapshot.captions} speaking={snapshot.speaking} />
      <DebugPanel client={client} />
    </section>
  );
}

const CONNECTABLE: ReadonlySet<InterviewState> = new Set(["idle", "disconnected", "failed"]);

interface ButtonsProps {
  readonly client: InterviewCall;
  readonly state: InterviewState;
  readonly canResume: boolean;
}

/**
 * All buttons stay in place and take focus even while they have nothing to do: else focus would be lost on each press, and
 * the second half of a double click on "Connect" would hit "Disconnect". An interview that this tab has kept comes first;
 * whoever begins another one ends it.
 */
function Buttons({ client, state, canResume }: ButtonsProps): ReactElement {
  // Once there was something to continue its button stays, so that a press does not take the focus away.
  const [couldResume, setCouldResume] = useState(canResume);
  if (canResume && !couldResume) setCouldResume(true);
  const canConnect = CONNECTABLE.has(state);
  const canDisconnect = !canConnect && state !== "disconnecting";
  // What a rejection says is in the snapshot too, and so on the page.
  const connect = () => void client.connect().catch(() => {});
  const resume = () => void client.resume().catch(() => {});
  const disconnect = () => void client.disconnect();
  return (
    <div className="interview-buttons">
      {couldResume && (
        <ActionButton isPrimary onPress={canResume ? resume : undefined}>
          Continue your interview
        </ActionButton>
      )}
      <ActionButton isPrimary={!canResume} onPress={canConnect ? connect : undefined}>
        {canResume ? "Start a new one" : "Connect"}
      </ActionButton>
      <ActionButton onPress={canDisconnect ? disconnect : undefined}>Disconnect</ActionButton>
    </div>
  );
}

interface ActionButtonProps {
  readonly isPrimary?: boolean;
  /** Without it, the button has nothing to do at the moment. */
  readonly onPress: (() => void) | undefined;
  readonly children: string;
}

function ActionButton({ isPrimary = false, onPress, children }: ActionButtonProps): ReactElement {
  return (
    <button type="button" className={isPrimary ? "primary" : ""} aria-disabled={!onPress} onClick={onPress}>
      {children}
    </button>
  );
}
