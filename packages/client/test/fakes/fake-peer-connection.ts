import { once } from "./once.ts";

/** The offer of the fake; odd line ends on purpose, since its bytes must reach the server as they are. */
export const OFFER_SDP = "v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\na=fake-offer \r\n";

/** A peer connection whose network is a test. It never gathers a candidate. */
export class FakePeerConnection extends EventTarget {
  connectionState: RTCPeerConnectionState = "new";
  iceConnectionState: RTCIceConnectionState = "new";
  iceGatheringState = "new";
  readonly transport = Object.assign(new EventTarget(), { state: "new" });
  readonly tracks: unknown[] = [];
  /** Labels of its data channels, as far as they are in the offer. */
  readonly channels: string[] = [];
  local: RTCSessionDescriptionInit | undefined;
  remote: RTCSessionDescriptionInit | undefined;
  refusesAnswer = false;
  closed = false;
  configuration: RTCConfiguration;
  /** What it was configured with when the offer was set, which is when a browser begins to gather candidates. */
  configurationAtOffer: RTCConfiguration | undefined;

  constructor(configuration: RTCConfiguration) {
    super();
    this.configuration = configuration;
  }

  setConfiguration(configuration: RTCConfiguration): void {
    // As in browsers, where a member that is left out means its default (W3C webrtc, section 4.4.1.6).
    if (configuration.bundlePolicy !== this.configuration.bundlePolicy)
      throw new DOMException("bundlePolicy cannot change", "InvalidModificationError");
    if (configuration.iceServers?.some(({ urls }) => urls === ""))
      throw new DOMException("not a server", "SyntaxError");
    this.configuration = configuration;
  }

  getConfiguration(): RTCConfiguration {
    return this.configuration;
  }

  addTrack(track: unknown): object {
    this.tracks.push(track);
    return { transport: this.transport, replaceTrack: (other: unknown) => this.replaceTrack(other) };
  }

  /** What it speaks through, one after another. */
  replaceTrack(track: unknown): Promise<void> {
    this.tracks.push(track);
    this.dispatchEvent(new Event("track replaced"));
    return Promise.resolve();
  }

  createDataChannel(label: string): void {
    if (this.local === undefined) this.channels.push(label);
  }

  createOffer(): Promise<RTCSessionDescriptionInit> {
    return Promise.resolve({ type: "offer", sdp: OFFER_SDP });
  }

  setLocalDescription(description: RTCSessionDescriptionInit): Promise<void> {
    this.local = description;
    this.configurationAtOffer = this.configuration;
    this.iceGatheringState = "gathering";
    this.dispatchEvent(new Event("local"));
    return Promise.resolve();
  }

  setRemoteDescription(description: RTCSessionDescriptionInit): Promise<void> {
    this.remote = description;
    this.dispatchEvent(new Event("remote"));
    return this.refusesAnswer ? Promise.reject(new Error(`bad SDP: ${description.sdp}`)) : Promise.resolve();
  }

  getStats(): Promise<ReadonlyMap<string, unknown>> {
    return Promise.resolve(this.stats);
  }

  stats: ReadonlyMap<string, unknown> = new Map();

  close(): void {
    this.closed = true;
  }

  becomes(state: RTCPeerConnectionState): void {
    this.connectionState = state;
    this.dispatchEvent(new Event("connectionstatechange"));
  }

  receivesTrack(track: unknown, streams: unknown[]): void {
    this.dispatchEvent(Object.assign(new Event("track"), { track, streams }));
  }

  hangsUp(): void {
    this.transport.state = "closed";
    this.transport.dispatchEvent(new Event("statechange"));
  }

  /** Says that an address was found; `null`: there are no more. */
  gathers(candidate: string | null): void {
    const found = candidate === null ? null : { candidate };
    this.dispatchEvent(Object.assign(new Event("icecandidate"), { candidate: found }));
  }

  /** Resolves once the client has set its offer. */
  async offered(): Promise<void> {
    while (!this.local) await once(this, "local");
  }

  /** Resolves once the client has set the answer. */
  async answered(): Promise<void> {
    while (!this.remote) await once(this, "remote");
  }
}
