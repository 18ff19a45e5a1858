import type { AudioChoices } from "./audio-choices.ts";
import type { BrowserEnvironment } from "./environment.ts";
import { clientError, type InterviewError } from "./errors.ts";
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
  /** Another stream is to be heard from now on; `undefined`: none, for the time being. The one before is stopped afterwards. */
  onStream(stream: MediaStream | undefined): Promise<void>;
  /** Something the person should know, while the interview goes on. */
  onProblem(error: InterviewError): void;
  /** A problem that was told is over. */
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
  /** The one in use went away, and no other could be opened. */
  #isLost = false;
  /** In use in place of the chosen one, which went away. */
  #isStandIn = false;
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
  open(): Promise<MediaStream> {
    const { borrowed, choices } = this.#options;
    const isBorrowed = borrowed !== undefined && choices.microphoneId === undefined;
    const opening = isBorrowed ? Promise.resolve(borrowed) : this.#request({ ideal: choices.microphoneId });
    return this.#inTurn(async () => this.#speakThrough(await opening));
  }

  /** Goes over to a device. Where that fails, rejects and goes on as before. */
  async select(deviceId: string): Promise<void> {
    await this.#inTurn(async () => this.#speakThrough(await this.#request({ exact: deviceId })));
    this.#isStandIn = false;
    this.#solve();
  }

  /** Makes the microphone in use follow the chosen processing. A stream that is not the client's own stays as it is. */
  followProcessing(): Promise<void> {
    return this.#inTurn(async () => {
      const { processing } = this.#options.choices;
      const track = this.#track;
      if (track === undefined || this.#use?.stream === this.#options.borrowed) return;
      const constraints = { ...processing };
      await track.applyConstraints(constraints).catch(() => {});
      const settings: Readonly<Record<string, unknown>> = { ...track.getSettings() };
      // Some browsers accept such a change of an open microphone, and change nothing.
      if (Object.entries(constraints).every(([name, value]) => settings[name] === value)) return;
      await this.#speakThrough(await this.#request({ ideal: this.deviceId }));
    });
  }

  /** Muted is silent, not stopped, so that speaking again takes no time. */
  followMute(): void {
    for (const track of this.#use?.stream.getAudioTracks() ?? []) track.enabled = !this.#options.choices.muted;
  }

  /** Devices have come or gone, or the permission is another one: there may be a way back. */
  devicesChanged(microphones: readonly { readonly id: string }[]): void {
    const chosen = this.#options.choices.microphoneId;
    const canReturn = this.#isStandIn && microphones.some(({ id }) => id === chosen);
    if (this.#isLost || canReturn) void this.#inTurn(() => this.#recover());
  }

  /** The device in use went away, as if it was unplugged. */
  lose(): void {
    this.#isLost = true;
    void this.#inTurn(() => this.#recover());
  }

  get #track(): MediaStreamTrack | undefined {
    return this.#use?.stream.getAudioTracks()[0];
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#queue.then(work);
    this.#queue = done.catch(() => {});
    return done;
  }

  async #request(deviceId: { ideal: string | undefined } | { exact: string }): Promise<MediaStream> {
    const { environment, choices } = this.#options;
    const device = Object.values(deviceId)[0] === undefined ? {} : { deviceId: deviceId as ConstrainDOMString };
    try {
      return await environment.getUserMedia({ audio: { ...choices.processing, ...device } });
    } catch (error) {
      throw microphoneError(error);
    }
  }

  async #speakThrough(stream: MediaStream): Promise<MediaStream> {
    const { signal, events } = this.#options;
    const former = this.#use;
    const scope = new AbortController();
    this.#use = { stream, scope };
    for (const track of stream.getAudioTracks())
      track.addEventListener("ended", () => this.lose(), { signal: scope.signal });
    this.followMute();
    // The person may answer the browser's question after the interview is over.
    if (signal.aborted) this.#letGo(this.#use);
    await events.onStream(stream);
    this.#letGo(former);
    return stream;
  }

  async #recover(): Promise<void> {
    const { choices, signal, events } = this.#options;
    if (signal.aborted || !(this.#isLost || this.#isStandIn)) return;
    const wasLost = this.#isLost;
    try {
      await this.#speakThrough(await this.#request({ ideal: choices.microphoneId }));
      this.#isLost = false;
      this.#isStandIn = choices.microphoneId !== undefined && this.deviceId !== choices.microphoneId;
      if (wasLost) events.onProblem(clientError("MICROPHONE_CHANGED"));
      if (!this.#isStandIn) this.#solve();
    } catch (error) {
      events.onProblem(error as InterviewError);
    }
  }

  #solve(): void {
    if (!this.#options.signal.aborted) this.#options.events.onSolved();
  }

  #letGo(use: Use | undefined): void {
    use?.scope.abort();
    for (const track of use?.stream.getTracks() ?? []) {
      if (use?.stream === this.#options.borrowed) track.enabled = true;
      else track.stop();
    }
  }
}
