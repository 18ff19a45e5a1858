import type { InterviewCall, InterviewCallOptions, InterviewState, PreCheckOptions } from "@interview-proxy/client";
import { type ReactElement, type ReactNode, type Ref, useEffect, useEffectEvent, useImperativeHandle } from "react";
import { InterviewProvider, useInterviewCall } from "../call/InterviewProvider.tsx";
import { useCallSnapshot } from "../call/use-call-snapshot.ts";
import { useOwnInterviewCall } from "../call/use-own-interview-call.ts";
import { usePreparedLine } from "../call/use-prepared-line.ts";
import type { InterviewMessages } from "../messages/messages.ts";
import type { VisualizerShape } from "./AudioVisualizer.tsx";
import { InterviewStage } from "./InterviewStage.tsx";
import { PreCheck } from "./PreCheck.tsx";

/** What the `ref` of {@link WebRTCManager} can do. */
export interface WebRTCManagerHandle {
  /** Begins the interview; rejects as the client's `connect()` does. */
  start(): Promise<void>;
  /** Ends it. Never rejects. */
  stop(): Promise<void>;
  /** Continues the interview that this tab has kept, or else ends what there is and begins anew; rejects as `start()` does. */
  reconnect(): Promise<void>;
  getState(): InterviewState;
}

/** Props of {@link WebRTCManager}: where the interview is, and how it looks. */
export interface WebRTCManagerProps extends InterviewCallOptions {
  readonly ref?: Ref<WebRTCManagerHandle> | undefined;
  /** Begins, or continues, as soon as it is on the page. False by default: browsers ask for the microphone then, and play no sound. */
  readonly autoStart?: boolean | undefined;
  /** Offers a check of device and connection before the first interview. False by default. */
  readonly preCheck?: boolean | undefined;
  readonly shape?: VisualizerShape | undefined;
  readonly messages?: InterviewMessages | undefined;
  /** Told each time that the state has changed. */
  readonly onStateChange?: ((state: InterviewState) => void) | undefined;
  /** Further controls of the page; hooks in them see this interview. */
  readonly children?: ReactNode;
}

/**
 * A whole interview for a candidate, from the check of the microphone to the end. Its options are those of the first render; give it
 * another `key` to change them. When it goes, its interview ends.
 */
export function WebRTCManager(props: WebRTCManagerProps): ReactElement {
  const { ref, autoStart = false, preCheck = false, shape, messages, onStateChange, children, ...options } = props;
  const call = useOwnInterviewCall(options);
  useStateChange(call, onStateChange);
  useAutoStart(call, autoStart);
  usePreparedLine(call, !autoStart && !preCheck);
  useImperativeHandle(ref, () => handleOf(call), [call]);
  return (
    <InterviewProvider call={call} messages={messages}>
      {preCheck && <CheckBefore {...options} />}
      <InterviewStage shape={shape} now={options.environment?.now}>
        {children}
      </InterviewStage>
    </InterviewProvider>
  );
}

function CheckBefore(options: PreCheckOptions): ReactElement | undefined {
  const isBefore = useCallSnapshot(({ state, canResume }) => state === "idle" && !canResume);
  const call = useInterviewCall();
  return isBefore ? <PreCheck options={options} onDone={() => call.prepare()} /> : undefined;
}

/** From the store itself, because renders leave out states that pass quickly. */
function useStateChange(call: InterviewCall, onStateChange: WebRTCManagerProps["onStateChange"]): void {
  const tell = useEffectEvent((state: InterviewState) => onStateChange?.(state));
  useEffect(() => {
    let last = call.getSnapshot().state;
    return call.subscribe(() => {
      const { state } = call.getSnapshot();
      if (state === last) return;
      last = state;
      tell(state);
    });
  }, [call]);
}

/** Once for each call, and not at all for one that is taken away at once, as strict mode does: an offer costs money. */
function useAutoStart(call: InterviewCall, autoStart: boolean): void {
  useEffect(() => {
    if (!autoStart) return undefined;
    let isHere = true;
    queueMicrotask(() => {
      if (isHere) void begin(call).catch(() => {});
    });
    return () => {
      isHere = false;
    };
  }, [call, autoStart]);
}

function handleOf(call: InterviewCall): WebRTCManagerHandle {
  return {
    start: () => call.connect(),
    stop: () => call.disconnect(),
    async reconnect() {
      if (!call.getSnapshot().canResume) await call.disconnect();
      await begin(call);
    },
    getState: () => call.getSnapshot().state,
  };
}

function begin(call: InterviewCall): Promise<void> {
  return call.getSnapshot().canResume ? call.resume() : call.connect();
}
