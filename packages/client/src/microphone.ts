import type { AudioChoices } from "./audio-choices.ts";
import type { BrowserEnvironment } from "./environment.ts";
import { clientError, InterviewError } from "./errors.ts";
import { microphoneError } from "./microphone-error.ts";

interface MicrophoneOptions {
  readonly environment: Pick<BrowserEnvironment, "getUserMedia">;
  readonly choices: AudioChoices;
  /** Speaks in place of a microphone until one is chosen. Is never stopped. */
  readonly borrowed: MediaStream | undefined;
  /** Stops the microphone. */
  readonly signal: AbortSignal;
  readonly events: MicrophoneEvents;
}

interface MicrophoneEvents {
  /** Another stream is to be heard from now on. The one before is stopped afterwards. */
  onStream(stream: MediaStream): Promise<void>;
  /** There is none, for the time being. */
  onGone(): void;
  /** Something the person should know, while the interview goes on. */
  onProblem(error: InterviewError): void;
  /** The problem that was told last is over. */
  onSolved(): void;
}

interface Use {
  readonly stream: MediaStream;
  /** Ends what listens to the stream. */
  readonly scope: AbortController;
}

/** What the candidate speaks into: one device after another. */
export class Microphone {
  readonly #options: MicrophoneOptions;
  #use: Use | undefined;
  /** `lost`: the device went away, and no other was opened yet; `stand-in`: one is in use in place of the chosen one that went away. */
  #condition: "well" | "lost" | "stand-in" = "well";
  /** The device that went away, once it is told that nothing takes its place. */
  #missedId: string | undefined;
  /** One thing at a time: devices come and go while the browser asks the person. */
  #queue: Promise<unknown> = Promise.resolve();

  constructor(options: MicrophoneOptions) {
    this.#options = options;
    options.signal.addEventListener("abort", () => this.#letGo(this.#use));
  }

  /** The device in use, where the browser names it. */
  get deviceId(): string | undefined {
    return this.#track?.getSettings().deviceId;
  }

  /** Asks for it at once, as Safari wants within a click. Rejects with one of the `MICROPHONE_…` problems. */
  open(): Promise<void> {
    const { borrowed, choices } = this.#options;
    const isBorrowed = borrowed !== undefined && choices.microphoneId === undefined;
    const opening = isBorrowed ? Promise.resolve(borrowed) : this.#requestPreferred(choices.microphoneId);
    return this.#inTurn(async () => this.#speakThrough(await opening));
  }

  /** Goes over to a device. Where that fails, rejects and goes on as before. */
  select(deviceId: string): Promise<void> {
    return this.#inTurn(async () => {
      await this.#speakThrough(await this.#request(deviceId));
      this.#condition = "well";
      this.#options.events.onSolved();
    });
  }

  /** Makes the microphone in use follow the chosen processing. A stream that is not the client's own stays as it is. */
  followProcessing(): Promise<void> {
    return this.#inTurn(async () => {
      const track = this.#track;
      if (track === undefined || this.#isBorrowed) return;
      const { processing } = this.#options.choices;
      await track.applyConstraints({ ...processing }).catch(() => {});
      const settings: Readonly<Record<string, unknown>> = { ...track.getSettings() };
      // Some browsers accept such a change of an open microphone, and change nothing.
      if (Object.entries(processing).every(([name, value]) => settings[name] === value)) return;
      await this.#speakThrough(await this.#request(this.deviceId));
    });
  }

  /** Muted is silent, not stopped, so that speaking again takes no time. */
  followMute(): void {
    for (const track of this.#use?.stream.getAudioTracks() ?? []) track.enabled = !this.#options.choices.muted;
  }

  /** Devices have come or gone, or the permission is another one: there may be a way back. */
  devicesChanged(microphones: readonly { readonly id: string }[]): void {
    const { microphoneId } = this.#options.choices;
    const isBack = this.#condition === "stand-in" && microphones.some(({ id }) => id === microphoneId);
    if (isBack || this.#condition === "lost") void this.#inTurn(() => this.#recover());
  }

  /** The device in use went away. */
  lose(): void {
    const { events } = this.#options;
    const wasBorrowed = this.#isBorrowed;
    const lostId = this.deviceId;
    this.#letGo(this.#use);
    this.#use = undefined;
    events.onGone();
    // Whoever speaks through a stream of their own is not listened to by a microphone unasked.
    if (wasBorrowed) return events.onProblem(clientError("MICROPHONE_LOST"));
    this.#condition = "lost";
    this.#missedId = undefined;
    void this.#inTurn(() => this.#recover(lostId));
  }

  get #track(): MediaStreamTrack | undefined {
    return this.#use?.stream.getAudioTracks()[0];
  }

  get #isBorrowed(): boolean {
    return this.#use !== undefined && this.#use.stream === this.#options.borrowed;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => {});
    return done;
  }

  /** The chosen device, or the system's default where that is not there. Chromium takes an id that is only `ideal` for no wish at all. */
  async #requestPreferred(deviceId: string | undefined): Promise<MediaStream> {
    try {
      return await this.#request(deviceId);
    } catch (error) {
      const isMissing = error instanceof InterviewError && error.problem.code === "MICROPHONE_NOT_FOUND";
      if (deviceId === undefined || !isMissing) throw error;
      return this.#request(undefined);
    }
  }

  async #request(deviceId: string | undefined): Promise<MediaStream> {
    const { environment, choices } = this.#options;
    const device = deviceId === undefined ? {} : { deviceId: { exact: deviceId } };
    try {
      return await environment.getUserMedia({ audio: { ...choices.processing, ...device } });
    } catch (error) {
      throw microphoneError(error);
    }
  }

  async #speakThrough(stream: MediaStream): Promise<void> {
    const { signal: over, events } = this.#options;
    const former = this.#use;
    const scope = new AbortController();
    this.#use = { stream, scope };
    const { signal } = scope;
    for (const track of stream.getAudioTracks()) {
      track.addEventListener("ended", () => this.lose(), { signal });
      // The system has silenced it, as a phone does during a call, or a key on the keyboard.
      track.addEventListener("mute", () => events.onProblem(clientError("MICROPHONE_SILENCED")), { signal });
      track.addEventListener("unmute", () => events.onSolved(), { signal });
    }
    this.followMute();
    // The person may answer the browser's question after the interview is over.
    if (over.aborted) this.#letGo(this.#use);
    await events.onStream(stream);
    this.#letGo(former);
  }

  /** Back to the chosen one, or else to the system's default. */
  async #recover(lostId = this.#missedId): Promise<void> {
    const { choices, signal, events } = this.#options;
    const wasLost = this.#condition === "lost";
    if (signal.aborted || this.#condition === "well") return;
    try {
      await this.#speakThrough(await this.#requestPreferred(choices.microphoneId));
      const isChosen = choices.microphoneId === undefined || choices.microphoneId === this.deviceId;
      this.#condition = isChosen ? "well" : "stand-in";
      const isReplugged = this.#missedId !== undefined && this.#missedId === this.deviceId;
      if (wasLost && !isReplugged) events.onProblem(clientError("MICROPHONE_CHANGED"));
      else if (isChosen) events.onSolved();
    } catch (error) {
      const isDenied = error instanceof InterviewError && error.problem.code === "MICROPHONE_DENIED";
      this.#missedId = lostId;
      if (wasLost) events.onProblem(isDenied ? error : clientError("MICROPHONE_LOST", { cause: error }));
    }
  }

  #letGo(use: Use | undefined): void {
    use?.scope.abort();
    for (const track of use?.stream.getTracks() ?? []) {
      if (use?.stream === this.#options.borrowed) track.enabled = true;
      else track.stop();
    }
  }
}
