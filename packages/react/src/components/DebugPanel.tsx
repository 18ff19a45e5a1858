import type { CallStats, LogEntry } from "@interview-proxy/client";
import { type ReactElement, type ReactNode, useId, useState } from "react";
import { useInterviewCall, useMessages } from "../call/InterviewProvider.tsx";
import { useCallSnapshot } from "../call/use-call-snapshot.ts";
import { useReadable } from "../call/use-readable.ts";

/**
 * For those who look for a fault: states of each layer, figures of the audio line, messages by type and time. Costs nothing while
 * it is closed. Style `.debug-panel` and `.debug-messages li[data-direction]`.
 */
export function DebugPanel(): ReactElement {
  const { debug } = useMessages();
  const [open, setOpen] = useState(false);
  return (
    <details className="debug-panel" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{debug.title}</summary>
      {open && (
        <>
          <Line />
          <Figures />
          <Messages />
        </>
      )}
    </details>
  );
}

function Line(): ReactElement {
  const { debug, language } = useMessages();
  const { line, sessionId, callId, deadline, unknownMessages, error } = useCallSnapshot();
  return (
    <Facts title={debug.line}>
      <Fact name={debug.signalling} value={line.signalling} />
      <Fact name={debug.ice} value={line.ice} />
      <Fact name={debug.dtls} value={line.dtls} />
      <Fact name={debug.peer} value={line.peer} />
      <Fact name={debug.session} value={sessionId} />
      <Fact name={debug.call} value={callId} />
      <Fact name={debug.deadline} value={deadline && new Date(deadline).toLocaleTimeString(language)} />
      <Fact name={debug.unknownMessages} value={unknownMessages} />
      <Fact name={debug.lastError} value={error?.code} />
      <Fact name={debug.request} value={error?.requestId} />
    </Facts>
  );
}

function Figures(): ReactElement {
  const { debug } = useMessages();
  const stats: CallStats = useReadable(useInterviewCall().stats) ?? {};
  return (
    <Facts title={debug.audio}>
      <Fact name={debug.packetsSent} value={stats.packetsSent} />
      <Fact name={debug.packetsReceived} value={stats.packetsReceived} />
      <Fact name={debug.packetsLost} value={stats.packetsLost} />
      <Fact name={debug.bytesSent} value={stats.bytesSent} />
      <Fact name={debug.bytesReceived} value={stats.bytesReceived} />
      <Fact name={debug.jitter} value={withUnit(stats.jitterMs, "ms")} />
      <Fact name={debug.roundTrip} value={withUnit(stats.roundTripMs, "ms")} />
      <Fact name={debug.level} value={stats.audioLevel?.toFixed(3)} />
      <Fact name={debug.energy} value={stats.totalAudioEnergy?.toFixed(4)} />
      <Fact name={debug.path} value={stats.candidatePair} />
    </Facts>
  );
}

function Messages(): ReactElement {
  const id = useId();
  const { debug } = useMessages();
  const entries = useReadable(useInterviewCall().events);
  return (
    <section>
      <h2 id={id}>{debug.messages}</h2>
      {/* Focusable, so that the list can be scrolled by keyboard. */}
      <ol className="debug-messages" aria-labelledby={id} tabIndex={0}>
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
