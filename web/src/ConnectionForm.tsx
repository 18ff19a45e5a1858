import { type ReactElement, useId } from "react";
import type { ConnectionSettings } from "./connection-settings.ts";
import { asksForSimulation, withSimulation } from "./server-address.ts";

interface ConnectionFormProps {
  readonly settings: ConnectionSettings;
  readonly onChange: (settings: ConnectionSettings) => void;
  readonly onStart: () => void;
}

/** Asks how to reach the server. */
export function ConnectionForm({ settings, onChange, onStart }: ConnectionFormProps): ReactElement {
  const simulation = asksForSimulation(settings.url);
  const change = (patch: Partial<ConnectionSettings>) => onChange({ ...settings, ...patch });
  return (
    <form
      className="card"
      onSubmit={(event) => {
        event.preventDefault();
        onStart();
      }}
    >
      <ServerUrlField url={settings.url} onChange={(url) => change({ url })} />
      <SimulationField simulation={simulation} onChange={(on) => change({ url: withSimulation(settings.url, on) })} />
      {!simulation && <TokenField token={settings.token} onChange={(token) => change({ token })} />}
      <SignallingField signalling={settings.signalling} onChange={(signalling) => change({ signalling })} />
      <button type="submit" className="interview-button primary">
        Start Connection
      </button>
    </form>
  );
}

interface ServerUrlFieldProps {
  readonly url: string;
  readonly onChange: (url: string) => void;
}

function ServerUrlField({ url, onChange }: ServerUrlFieldProps): ReactElement {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>Server URL</label>
      <input
        id={id}
        type="url"
        required
        spellCheck={false}
        autoComplete="off"
        value={url}
        onChange={(event) => onChange(event.target.value)}
      />
    </div>
  );
}

interface SimulationFieldProps {
  readonly simulation: boolean;
  readonly onChange: (simulation: boolean) => void;
}

function SimulationField({ simulation, onChange }: SimulationFieldProps): ReactElement {
  const id = useId();
  const hintId = useId();
  return (
    <div className="choice">
      <input
        id={id}
        type="checkbox"
        aria-describedby={hintId}
        checked={simulation}
        onChange={(event) => onChange(event.target.checked)}
      />
      <label htmlFor={id}>Simulation Mode</label>
      <p id={hintId} className="hint">
        Talk to a simulated interviewer. Free, and no sign-in is needed.
      </p>
    </div>
  );
}

interface TokenFieldProps {
  readonly token: string;
  readonly onChange: (token: string) => void;
}

function TokenField({ token, onChange }: TokenFieldProps): ReactElement {
  const id = useId();
  const hintId = useId();
  return (
    <div className="field">
      <label htmlFor={id}>Access token</label>
      <input
        id={id}
        type="password"
        autoComplete="off"
        aria-describedby={hintId}
        value={token}
        onChange={(event) => onChange(event.target.value)}
      />
      <p id={hintId} className="hint">
        From your invitation or the operator. It goes to this server only, and is not kept.
      </p>
    </div>
  );
}

interface SignallingFieldProps {
  readonly signalling: ConnectionSettings["signalling"];
  readonly onChange: (signalling: ConnectionSettings["signalling"]) => void;
}

function SignallingField({ signalling, onChange }: SignallingFieldProps): ReactElement {
  const name = useId();
  const radio = (value: ConnectionSettings["signalling"], label: string) => (
    <label>
      <input type="radio" name={name} checked={signalling === value} onChange={() => onChange(value)} /> {label}
    </label>
  );
  return (
    <fieldset>
      <legend>Signalling</legend>
      {radio("websocket", "WebSocket")}
      {radio("http", "HTTP")}
    </fieldset>
  );
}
