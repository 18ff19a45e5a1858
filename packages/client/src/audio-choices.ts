/** What the browser does to the candidate's voice before it is sent. */
export interface AudioProcessing {
  /** Without it, the interviewer would hear and interrupt itself through the candidate's loudspeaker. */
  readonly echoCancellation?: boolean;
  readonly noiseSuppression?: boolean;
  readonly autoGainControl?: boolean;
}

/** What the person has chosen, for this interview and those after it. */
export interface AudioChoices {
  microphoneId: string | undefined;
  processing: AudioProcessing;
  muted: boolean;
}

export function defaultChoices(): AudioChoices {
  return {
    microphoneId: undefined,
    processing: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    muted: false,
  };
}
