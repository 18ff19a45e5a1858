import type { CallStats, InterviewCall, LogEntry } from "@interview-proxy/client";
import { type ReactElement, type ReactNode, useState } from "react";
import { useCallSnapshot } from "./use-call-snapshot.ts";
import { useReadable } from "./use-readable.ts";

/** For those who look for a fault: states of each layer, figures of the audio line, messages by type and time. */
export function DebugPanel({ client }: { readonly client: InterviewCall }): ReactElement {
  const [open, setOpen] = useState(false);
  return (
    <details className="debug-panel" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Connection details</summary>
      {open && (
        <>
          <Line client={client} />
          <Figures client={client} />
          <Messages client={client} />
        </>
      )}
    </details>
  );
}

function Line({ client }: { readonly client: InterviewCall }): ReactElement {
  const { line, sessionId, callId, deadline, unknownMessages, error } = useCallSnapshot(client);
  return (
    <Facts title="Line">
      <Fact name="Signalling" value={line.signalling} />
      <Fact name="ICE" value={line.ice} />
      <Fact name="DTLS" value={line.dtls} />
      <Fact name="Peer connection" value={line.peer} />
      <Fact name="Session" value={sessionId} />
      <Fact name="Call" value={callId} />
      <Fact name="Ends at the latest" value={deadline && new Date(deadline).toLocaleTimeString()} />
      <Fact name="Unknown messages" value={unknownMessages} />
      <Fact name="Last error" value={error?.code} />
      <Fact name="Request" value={error?.requestId} />
    </Facts>
  );
}

function Figures({ client }: { readonly client: InterviewCall }): ReactElement {
  const stats: CallStats = useReadable(client.stats) ?? {};
  return (
    <Facts title="Audio">
      <Fact name="Packets sent" value={stats.packetsSent} />
      <Fact name="Packets received" value={stats.packetsReceived} />
      <Fact name="Packets lost" value={stats.packetsLost} />
      <Fact name="Bytes sent" value={stats.bytesSent} />
      <Fact name="Bytes received" value={stats.bytesReceived} />
      <Fact name="Jitter" value={withUnit(stats.jitterMs, "ms")} />
      <Fact name="Round trip" value={withUnit(stats.roundTripMs, "ms")} />
      <Fact name="Interviewer's level" value={stats.audioLevel?.toFixed(3)} />
      <Fact name="Interviewer's energy" value={stats.totalAudioEnergy?.toFixed(4)} />
      <Fact name="Path" value={stats.candidatePair} />
    </Facts>
  );
}

function Messages({ client }: { readonly client: InterviewCall }): ReactElement {
  const entries = useReadable(client.events);
  return (
    <section>
      <h2 id="debug-messages">Messages, newest first</h2>
      {/* Focusable, so that the list can be scrolled by keyboard. */}
      <ol className="debug-messages" aria-labelledby="debug-messages" tabIndex={0}>
        {entries.toReversed().map((entry) => (
          <Message key={entry.id} entry={entry} />
        ))}
      </ol>
    </section>
  );
}

function Message({ entry }: { readonly entry: LogEntry }): ReactElement {
  return (
    <li data-direction={entry.direction}>
      <time dateTime={new Date(entry.at).toISOString()}>{clockTime(entry.at)}</time> <span>{entry.direction}</span>{" "}
      <span>{entry.type}</span> <span>{entry.detail}</span>
    </li>
  );
}

function Facts({ title, children }: { readonly title: string; readonly children: ReactNode }): ReactElement {
  return (
    <section>
      <h2>{title}</h2>
      <dl>{children}</dl>
    </section>
  );
}

function Fact({ name, value }: { readonly name: string; readonly value: string | number | undefined }): ReactElement {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value ?? "–"}</dd>
    </div>
  );
}

function withUnit(value: number | undefined, unit: string): string | undefined {
  return value === undefined ? undefined : `${value} ${unit}`;
}

/** Time of day with milliseconds, local, as `14:03:59.123`. */
function clockTime(at: number): string {
  const date = new Date(at);
  const [hours, minutes, seconds] = [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) =>
    String(part).padStart(2, "0"),
  );
  return `${hours}:${minutes}:${seconds}.${String(date.getMilliseconds()).padStart(3, "0")}`;
}
