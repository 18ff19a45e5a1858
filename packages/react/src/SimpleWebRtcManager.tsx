import type { InterviewClient, InterviewClientOptions, InterviewState } from "@interview-proxy/client";
import type { ReactElement } from "react";
import { Captions } from "./Captions.tsx";
import { DebugPanel } from "./DebugPanel.tsx";
import { EndNotice } from "./EndNotice.tsx";
import { LevelMeter } from "./LevelMeter.tsx";
import { ProblemNotice } from "./ProblemNotice.tsx";
import { RemainingTime } from "./RemainingTime.tsx";
import { stateWords } from "./state-words.ts";
import { useInterviewClient } from "./use-interview-client.ts";
import { useOwnInterviewClient } from "./use-own-interview-client.ts";

/** Props of {@link SimpleWebRTCManager}: where the interview is. */
export type SimpleWebRTCManagerProps = InterviewClientOptions;

/**
 * One interview with everything a person needs for it: connect and disconnect, how it stands and how long it may last, both
 * voices, what is said, why it ended or what went wrong, and details for those who look for a fault. The props of the first
 * render count; give it another `key` to change them. Style `.interview-panel[data-state]` and what is in it.
 */
export function SimpleWebRTCManager(props: SimpleWebRTCManagerProps): ReactElement {
  const client = useOwnInterviewClient(props);
  const snapshot = useInterviewClient(client);
  return (
    <section className="interview-panel" aria-label="Interview" data-state={snapshot.state}>
      <div className="interview-head">
        <p className="interview-status" role="status">
          {stateWords(snapshot)}
        </p>
        <RemainingTime endsAt={snapshot.endsAt} timeWarning={snapshot.timeWarning} now={props.environment?.now} />
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
      <Buttons client={client} state={snapshot.state} />
      <Captions captions={snapshot.captions} speaking={snapshot.speaking} />
      <DebugPanel client={client} />
    </section>
  );
}

const CONNECTABLE: ReadonlySet<InterviewState> = new Set(["idle", "disconnected", "failed"]);

/**
 * Both buttons stay in place and take focus even while they have nothing to do: else focus would be lost on each press,
 * and the second half of a double click on "Connect" would hit "Disconnect".
 */
function Buttons({
  client,
  state,
}: {
  readonly client: InterviewClient;
  readonly state: InterviewState;
}): ReactElement {
  const canConnect = CONNECTABLE.has(state);
  const canDisconnect = !canConnect && state !== "disconnecting";
  // What a rejection says is in the snapshot too, and so on the page.
  const connect = () => void client.connect().catch(() => {});
  return (
    <div className="interview-buttons">
      <button type="button" className="primary" aria-disabled={!canConnect} onClick={canConnect ? connect : undefined}>
        Connect
      </button>
      <button
        type="button"
        aria-disabled={!canDisconnect}
        onClick={canDisconnect ? () => void client.disconnect() : undefined}
      >
        Disconnect
      </button>
    </div>
  );
}
