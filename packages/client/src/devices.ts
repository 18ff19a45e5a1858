import type { BrowserEnvironment } from "./environment.ts";

/** A microphone or a speaker. */
export interface AudioDevice {
  /** The browser's own id of it for this site. */
  readonly id: string;
  /** Its name. Empty where the browser keeps it to itself. */
  readonly label: string;
}

/** `unknown` where the browser does not tell and nothing was opened yet; `prompt` where it will ask the person. */
export type MicrophonePermission = "unknown" | "prompt" | "granted" | "denied";

/** What the page knows of microphones and speakers. */
export interface AudioDevices {
  /** Empty until the page was allowed to use one: before that browsers tell neither ids nor names. */
  readonly microphones: readonly AudioDevice[];
  readonly speakers: readonly AudioDevice[];
  /** The one in use or, while none is, the one to be opened; absent for the browser's default. */
  readonly microphoneId?: string | undefined;
  /** The one that plays the interviewer; absent for the browser's default. */
  readonly speakerId?: string | undefined;
  readonly permission: MicrophonePermission;
  /** False where only the system chooses the speaker, as in Safari on iOS. */
  readonly canSelectSpeaker: boolean;
}

export const NO_DEVICES: AudioDevices = {
  microphones: [],
  speakers: [],
  permission: "unknown",
  canSelectSpeaker: false,
};

export type DeviceLists = Pick<AudioDevices, "microphones" | "speakers" | "permission">;

interface DeviceWatchOptions {
  readonly environment: Pick<BrowserEnvironment, "mediaDevices" | "microphonePermission">;
  /** Ends the watch. */
  readonly signal: AbortSignal;
  /** Devices or permission are known, or have changed. */
  readonly onChange: (lists: DeviceLists) => void;
}

/** Watches which devices there are and whether the microphone is allowed, from the first {@link refresh} on. */
export class DeviceWatch {
  readonly #options: DeviceWatchOptions;
  #started: Promise<void> | undefined;
  #permission: PermissionStatus | undefined;
  #seen: MicrophonePermission = "unknown";

  constructor(options: DeviceWatchOptions) {
    this.#options = options;
  }

  /** Looks again. Never rejects. */
  async refresh(): Promise<void> {
    this.#started ??= this.#start();
    await this.#started;
    const found = await this.#list();
    if (this.#options.signal.aborted) return;
    // Devices without an id are placeholders, shown while the page is not allowed to know more.
    const ofKind = (kind: MediaDeviceKind) =>
      found
        .filter((device) => device.kind === kind && device.deviceId !== "")
        .map(({ deviceId, label }) => ({ id: deviceId, label }));
    this.#options.onChange({
      microphones: ofKind("audioinput"),
      speakers: ofKind("audiooutput"),
      permission: this.#permissionNow,
    });
  }

  /** Whether a microphone is open, or was refused. While one is open, devices have names. */
  async saw(permission: "granted" | "denied" | "unknown"): Promise<void> {
    this.#seen = permission;
    await this.refresh();
  }

  /** Some browsers do not tell; others say `prompt` of a permission that was given once, even while it is used. */
  get #permissionNow(): MicrophonePermission {
    const told = this.#permission?.state;
    return told === "denied" || this.#seen !== "granted" ? (told ?? this.#seen) : "granted";
  }

  async #start(): Promise<void> {
    const { environment, signal } = this.#options;
    const onChange = () => void this.refresh();
    environment.mediaDevices()?.addEventListener("devicechange", onChange, { signal });
    this.#permission = await environment.microphonePermission().catch(() => undefined);
    this.#permission?.addEventListener("change", onChange, { signal });
  }

  async #list(): Promise<readonly MediaDeviceInfo[]> {
    const { mediaDevices } = this.#options.environment;
    return (
      (await mediaDevices()
        ?.enumerateDevices()
        .catch(() => undefined)) ?? []
    );
  }
}
