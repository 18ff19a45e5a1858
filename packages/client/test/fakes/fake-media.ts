export class FakeTrack extends EventTarget {
  stopped = false;
  enabled = true;
  settings: MediaTrackSettings;
  /** As browsers do that accept a change of an open microphone and change nothing. */
  ignoresConstraints = false;

  constructor(settings: MediaTrackSettings = {}) {
    super();
    this.settings = settings;
  }

  uses(deviceId: string): void {
    this.settings = { ...this.settings, deviceId };
  }

  getSettings(): MediaTrackSettings {
    return this.settings;
  }

  applyConstraints(constraints: MediaTrackSettings): Promise<void> {
    if (!this.ignoresConstraints) this.settings = { ...this.settings, ...constraints };
    return Promise.resolve();
  }

  /** The device goes away. */
  ends(): void {
    this.dispatchEvent(new Event("ended"));
  }

  stop(): void {
    this.stopped = true;
    this.dispatchEvent(new Event("stopped"));
  }
}

export class FakeStream {
  readonly tracks: FakeTrack[];

  constructor(tracks: FakeTrack[]) {
    this.tracks = tracks;
  }

  getTracks(): FakeTrack[] {
    return this.tracks;
  }

  getAudioTracks(): FakeTrack[] {
    return this.tracks;
  }
}

/** An audio element that plays, or refuses to without a gesture. */
export class FakeAudio {
  srcObject: unknown = null;
  autoplay = false;
  refuses = false;
  playing = false;
  readonly sinks: string[] = [];
  readonly attributes = new Map<string, string>();

  get paused(): boolean {
    return !this.playing;
  }

  setAttribute(name: string, value: string): void {
    this.attributes.set(name, value);
  }

  setSinkId(id: string): Promise<void> {
    if (id === "gone") return Promise.reject(new DOMException("gone", "NotFoundError"));
    this.sinks.push(id);
    return Promise.resolve();
  }

  play(): Promise<void> {
    this.playing = !this.refuses;
    return this.refuses ? Promise.reject(new DOMException("gesture", "NotAllowedError")) : Promise.resolve();
  }

  pause(): void {
    this.playing = false;
  }
}
