import { canResume } from "@interview-proxy/client";
import { SimpleWebRTCManager } from "@interview-proxy/react";
import { type ReactElement, useEffect, useRef, useState } from "react";
import { CopyableReport, type ReportWords } from "./CopyableReport.tsx";
import { ConnectionForm } from "./ConnectionForm.tsx";
import type { ConnectionSettings } from "./connection-settings.ts";
import { keepSettings, keptSettings } from "./kept-settings.ts";
import { ScenarioButtons } from "./ScenarioButtons.tsx";
import { asksForSimulation, initialServerUrl } from "./server-address.ts";

/**
 * The page `/simple-webrtc-test`: first how to reach the server, then the interview itself. Reloaded in mid-interview, it
 * begins with the interview.
 */
export function SimpleWebRtcTest(): ReactElement {
  const [settings, setSettings] = useState<ConnectionSettings>(() => ({
    url: initialServerUrl(),
    signalling: "websocket",
    ...keptSettings(),
    token: "",
  }));
  const [started, setStarted] = useState(() => canResume(settings.url));
  const start = () => {
    keepSettings(settings);
    setStarted(true);
  };
  return (
    <main>
      <h1>Voice interview test</h1>
      <p className="lead">
        Try a spoken interview from this browser. All you need is a microphone and, best of all, headphones.
      </p>
      {started ? (
        <Interview settings={settings} onStartOver={() => setStarted(false)} />
      ) : (
        <ConnectionForm settings={settings} onChange={setSettings} onStart={start} />
      )}
    </main>
  );
}

const REPORT: ReportWords = {
  label: "Report, without words of the interview and without secrets",
  copy: "Copy the report",
  copied: "Copied.",
  notCopied: "The browser does not let this page copy. The text is selected: copy it with your keyboard.",
};

interface InterviewProps {
  readonly settings: ConnectionSettings;
  readonly onStartOver: () => void;
}

function Interview({ settings, onStartOver }: InterviewProps): ReactElement {
  const container = useRef<HTMLDivElement>(null);
  // The button that was pressed is gone; without this, keyboard and screen reader would be back at the top.
  useEffect(() => container.current?.focus(), []);
  const { url, signalling } = settings;
  const token = settings.token.trim();
  return (
    <div ref={container} tabIndex={-1} className="card">
      <SimpleWebRTCManager
        url={url}
        signalling={signalling}
        token={asksForSimulation(url) || token === "" ? undefined : token}
      >
        <ScenarioButtons />
        <details className="debug-panel">
          <summary>Report a problem</summary>
          <CopyableReport words={REPORT} />
        </details>
      </SimpleWebRTCManager>
      <p className="settings-summary">
        <span>{url}</span>
        <button type="button" className="interview-button" onClick={onStartOver}>
          Change settings
        </button>
      </p>
    </div>
  );
}
