import { type AudioDevice, InterviewError } from "@interview-proxy/client";
import { type ReactElement, useId, useState } from "react";
import { useMessages } from "../call/InterviewProvider.tsx";
import { useDevices } from "../call/use-devices.ts";
import type { InterviewMessages, Notice } from "../messages/messages.ts";
import { problemWords } from "../messages/problem-words.ts";

/** Props of {@link DeviceSelect}. */
export interface DeviceSelectProps {
  readonly kind: "microphone" | "speaker";
}

/**
 * Chooses the microphone to speak into, or the speaker that plays the interviewer, before a call or in the middle of one. Style
 * `.device-select[data-kind]`, `.device-select-hint` and `.device-select-problem`.
 */
export function DeviceSelect({ kind }: DeviceSelectProps): ReactElement {
  const id = useId();
  const messages = useMessages();
  const { devices, selected, select, hint } = useDevicesOf(kind, messages);
  const [problem, setProblem] = useState<Notice>();
  const choose = (device: string) => {
    setProblem(undefined);
    select(device).catch((error: unknown) => setProblem(wordsOf(error, messages)));
  };
  return (
    <div className="device-select" data-kind={kind}>
      <label htmlFor={id}>{messages.labels[kind]}</label>
      <select
        id={id}
        aria-describedby={`${id}-hint`}
        value={selected}
        disabled={devices.length === 0}
        onChange={(event) => choose(event.target.value)}
      >
        <MissingChoice devices={devices} selected={selected} />
        {devices.map((device, index) => (
          <option key={device.id} value={device.id}>
            {device.label || `${messages.devices.unnamed} ${index + 1}`}
          </option>
        ))}
      </select>
      <p id={`${id}-hint`} className="device-select-hint">
        {hint}
      </p>
      <p className="device-select-problem" role="alert">
        {problem && (
          <>
            <strong>{problem.reason}</strong> {problem.nextStep}
          </>
        )}
      </p>
    </div>
  );
}

function useDevicesOf(kind: DeviceSelectProps["kind"], { devices: words }: InterviewMessages) {
  const choice = useDevices();
  if (kind === "microphone") {
    const { microphones, microphoneId, permission, selectMicrophone } = choice;
    const hint = permission === "denied" ? words.denied : undefined;
    return { devices: microphones, selected: microphoneId ?? "", select: selectMicrophone, hint };
  }
  const { speakers, speakerId, canSelectSpeaker, selectSpeaker } = choice;
  const hint = canSelectSpeaker ? undefined : words.onlySystem;
  return { devices: canSelectSpeaker ? speakers : [], selected: speakerId ?? "", select: selectSpeaker, hint };
}

/** What is in use but not in the list: the browser's default, or a device that was unplugged. */
function MissingChoice(props: { readonly devices: readonly AudioDevice[]; readonly selected: string }) {
  const { devices } = useMessages();
  if (props.devices.some(({ id }) => id === props.selected)) return undefined;
  return <option value={props.selected}>{props.selected === "" ? devices.systemDefault : devices.unplugged}</option>;
}

function wordsOf(error: unknown, messages: InterviewMessages): Notice {
  return error instanceof InterviewError ? problemWords(error.problem, messages) : { reason: messages.devices.failed };
}
