import { type AudioChoices, type AudioProcessing, defaultChoices } from "./audio-choices.ts";
import { DeviceWatch, type DeviceLists } from "./devices.ts";
import type { BrowserEnvironment } from "./environment.ts";
import type { Microphone } from "./microphone.ts";
import type { InterviewSnapshot } from "./snapshot.ts";
import { Speaker } from "./speaker.ts";
import type { Store } from "./store.ts";

interface AudioSetupOptions {
  readonly environment: BrowserEnvironment;
  /** Plays the interviewer; made where it is missing. */
  readonly element: HTMLAudioElement | undefined;
  readonly store: Store<InterviewSnapshot>;
  /** Ends the watch over devices. */
  readonly signal: AbortSignal;
}

/** The person's microphone and speaker, as chosen for this interview and those after it. */
export class AudioSetup {
  readonly choices: AudioChoices = defaultChoices();
  readonly #options: AudioSetupOptions;
  readonly #devices: DeviceWatch;
  readonly #speaker: Speaker;
  #element: HTMLAudioElement | undefined;
  /** In use by an interview. */
  #microphone: Microphone | undefined;

  constructor(options: AudioSetupOptions) {
    const { environment, signal } = options;
    this.#options = options;
    this.#element = options.element;
    this.#speaker = new Speaker(() => this.element);
    this.#devices = new DeviceWatch({ environment, signal, onChange: (lists) => void this.#devicesChanged(lists) });
  }

  /** One for all interviews: Safari on iOS remembers of each element whether a gesture has let it play. */
  get element(): HTMLAudioElement {
    if (this.#element === undefined) {
      this.#element = this.#options.environment.createAudioElement();
      // Else an iPhone plays in full screen.
      this.#element.setAttribute("playsinline", "");
    }
    return this.#element;
  }

  setMuted(muted: boolean): void {
    this.choices.muted = muted;
    this.#microphone?.followMute();
    this.#patch({ muted });
  }

  async selectMicrophone(id: string): Promise<void> {
    await this.#microphone?.select(id);
    this.choices.microphoneId = id;
    this.#showDevices();
  }

  async selectSpeaker(id: string): Promise<void> {
    await this.#speaker.select(id);
    this.#showDevices();
  }

  async setProcessing(processing: AudioProcessing): Promise<void> {
    this.choices.processing = { ...this.choices.processing, ...processing };
    await this.#microphone?.followProcessing();
  }

  refresh(): Promise<void> {
    return this.#devices.refresh();
  }

  /** The choices are an interview's microphone's, until the signal fires. */
  attach(microphone: Microphone, signal: AbortSignal): void {
    this.#microphone = microphone;
    signal.addEventListener("abort", () => {
      if (this.#microphone !== microphone) return;
      this.#microphone = undefined;
      void this.#devices.saw("unknown");
    });
  }

  /** The microphone is open, or another one is. */
  opened(): void {
    void this.#devices.saw("granted");
  }

  /** The page may not open it. */
  refused(): void {
    void this.#devices.saw("denied");
  }

  async #devicesChanged(lists: DeviceLists): Promise<void> {
    this.#microphone?.devicesChanged(lists.microphones);
    await this.#speaker.devicesChanged(lists.speakers);
    this.#showDevices(lists);
  }

  #showDevices(lists?: DeviceLists): void {
    this.#patch({
      devices: {
        ...this.#options.store.getSnapshot().devices,
        ...lists,
        microphoneId: this.#microphone?.deviceId ?? this.choices.microphoneId,
        speakerId: this.#speaker.id,
        canSelectSpeaker: this.#speaker.canSelect,
      },
    });
  }

  #patch(change: Partial<InterviewSnapshot>): void {
    const { store } = this.#options;
    store.set({ ...store.getSnapshot(), ...change });
  }
}
