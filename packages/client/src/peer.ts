import type { BrowserEnvironment } from "./environment.ts";
import { clientError } from "./errors.ts";
import type { OfferNeeds } from "./signalling/signalling.ts";
import type { LineStates } from "./snapshot.ts";
import { relaysOver, withoutUdpCandidates } from "./transports.ts";

export type PeerStates = Omit<LineStates, "signalling">;

interface PeerOptions {
  readonly environment: Pick<BrowserEnvironment, "RTCPeerConnection" | "MediaStream">;
  readonly iceServers: readonly RTCIceServer[];
  /** Uses no way that begins with UDP, as in a network that lets none pass. */
  readonly avoidsUdp: boolean;
  /** Closes the connection. */
  readonly signal: AbortSignal;
  readonly onStates: (states: PeerStates) => void;
  readonly onRemoteStream: (stream: MediaStream) => void;
  /** The other side hung up. */
  readonly onHungUp: () => void;
}

export interface Peer {
  /** Throws `MICROPHONE_NOT_FOUND` for a stream without a voice. */
  speakThrough(microphone: MediaStream): void;
  /** Another microphone in its place, without another offer. Before there was one, nothing happens. */
  replaceMicrophone(microphone: MediaStream): Promise<void>;
  /**
   * Sets and returns an offer of one audio section, and a data channel where one is needed, not waiting for ICE candidates.
   * The ICE servers are used besides those it was made with. Throws `BAD_SERVER_REPLY` where the browser cannot use them.
   */
  offer(needs: OfferNeeds): Promise<string>;
  /** Takes the answer; resolves once audio can flow. Throws `ANSWER_UNUSABLE`. */
  connect(answerSdp: string): Promise<void>;
  getStats(): Promise<RTCStatsReport>;
}

/** One WebRTC connection with the voice service. Throws `WEBRTC_UNAVAILABLE`. */
export function createPeer(options: PeerOptions): Peer {
  const { environment, signal, avoidsUdp, onStates, onHungUp } = options;
  /** Whole each time: browsers refuse a new one that leaves the bundle policy out. */
  const configuration = (servers: readonly RTCIceServer[]): RTCConfiguration => {
    const iceServers = avoidsUdp ? relaysOver("tcp", servers) : [...servers];
    const onlyRelays = avoidsUdp && iceServers.length > 0;
    return { iceServers, bundlePolicy: "max-bundle", ...(onlyRelays && { iceTransportPolicy: "relay" }) };
  };
  const connection = open(environment.RTCPeerConnection, configuration(options.iceServers));
  signal.addEventListener("abort", () => connection.close());

  // Audio has one transport, known only once the offer is set.
  let sender: RTCRtpSender | undefined;
  let transport: RTCDtlsTransport | null = null;
  const report = () =>
    onStates({
      ice: connection.iceConnectionState,
      dtls: transport?.state ?? "new",
      peer: connection.connectionState,
    });

  const connected = new Promise<void>((resolve) => {
    const onChange = () => {
      report();
      if (connection.connectionState === "connected") resolve();
    };
    connection.addEventListener("connectionstatechange", onChange, { signal });
  });
  connection.addEventListener("iceconnectionstatechange", report, { signal });
  connection.addEventListener(
    "track",
    ({ streams, track }) => {
      // An answer without a=msid names no stream.
      options.onRemoteStream(streams[0] ?? new environment.MediaStream([track]));
    },
    { signal },
  );

  function watchTransport(): void {
    transport = sender?.transport ?? null;
    const onChange = () => {
      report();
      // A peer that says goodbye (DTLS close_notify) is known to have gone within 10 ms in Chromium; of one that does
      // not, ICE says so only after 15 s.
      if (transport?.state === "closed") onHungUp();
    };
    transport?.addEventListener("statechange", onChange, { signal });
  }

  return {
    speakThrough(microphone) {
      const [track] = microphone.getAudioTracks();
      if (!track) throw clientError("MICROPHONE_NOT_FOUND");
      sender = connection.addTrack(track, microphone);
    },
    async replaceMicrophone(microphone) {
      await sender?.replaceTrack(microphone.getAudioTracks()[0] ?? null);
    },
    async offer({ iceServers, dataChannel }) {
      // Firefox has no setConfiguration() before version 119; it need not fail where there is nothing to add.
      if (iceServers.length > 0) configure(connection, configuration([...options.iceServers, ...iceServers]));
      // The name is the voice service's own.
      if (dataChannel) connection.createDataChannel("oai-events");
      const offer = await connection.createOffer();
      await connection.setLocalDescription(offer);
      watchTransport();
      // The voice service learns this browser's address from its connectivity checks. Waiting for the candidates
      // would add 80 to 125 ms to every call.
      return offer.sdp ?? "";
    },
    async connect(answerSdp) {
      // A relay over TCP goes on from there by UDP.
      const isDirect = connection.getConfiguration().iceTransportPolicy !== "relay";
      const sdp = avoidsUdp && isDirect ? withoutUdpCandidates(answerSdp) : answerSdp;
      try {
        await connection.setRemoteDescription({ type: "answer", sdp });
      } catch {
        // The browser's own error quotes lines of the SDP, so it is not kept as the cause.
        throw clientError("ANSWER_UNUSABLE");
      }
      await connected;
    },
    getStats: () => connection.getStats(),
  };
}

function open(Connection: BrowserEnvironment["RTCPeerConnection"], configuration: RTCConfiguration) {
  try {
    return new Connection(configuration);
  } catch (error) {
    throw clientError("WEBRTC_UNAVAILABLE", { cause: error });
  }
}

/** To be called before the offer is set, because that is when the browser begins to gather candidates. */
function configure(connection: RTCPeerConnection, configuration: RTCConfiguration): void {
  try {
    connection.setConfiguration(configuration);
  } catch (error) {
    throw clientError("BAD_SERVER_REPLY", { cause: error });
  }
}
