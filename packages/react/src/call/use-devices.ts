import type { AudioDevices } from "@interview-proxy/client";
import { useEffect } from "react";
import { useInterviewCall } from "./InterviewProvider.tsx";
import { useCallSnapshot } from "./use-call-snapshot.ts";

/** Microphones and speakers, and how to choose among them, before a call or in the middle of one. */
export interface DeviceChoice extends AudioDevices {
  /** Rejects where the device cannot be opened; the one before goes on. */
  readonly selectMicrophone: (id: string) => Promise<void>;
  /** Rejects where the browser does not allow it. */
  readonly selectSpeaker: (id: string) => Promise<void>;
  /** Looks for devices again. The client does so by itself when one is plugged in or out. */
  readonly refreshDevices: () => Promise<void>;
}

/** The devices of the provider's interview. Looks for them when the component comes; opens none, and asks for nothing. */
export function useDevices(): DeviceChoice {
  const call = useInterviewCall();
  const devices = useCallSnapshot((snapshot) => snapshot.devices);
  useEffect(() => void call.refreshDevices(), [call]);
  return {
    ...devices,
    selectMicrophone: (id) => call.selectMicrophone(id),
    selectSpeaker: (id) => call.selectSpeaker(id),
    refreshDevices: () => call.refreshDevices(),
  };
}
