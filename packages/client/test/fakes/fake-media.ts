export class FakeTrack extends EventTarget {
  stopped = false;

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

  play(): Promise<void> {
    this.playing = !this.refuses;
    return this.refuses ? Promise.reject(new DOMException("gesture", "NotAllowedError")) : Promise.resolve();
  }

  pause(): void {
    this.playing = false;
  }
}
