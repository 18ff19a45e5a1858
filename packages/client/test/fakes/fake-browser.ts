import { setMaxListeners } from "node:events";
import {
  type BrowserEnvironment,
  createInterviewCall,
  type InterviewCall,
  type InterviewCallOptions,
  type InterviewSnapshot,
} from "@interview-proxy/client";
import { FakeAudioContext } from "./fake-audio-context.ts";
import { FakeDevices, type FakePermission } from "./fake-devices.ts";
import { FakeAudio, FakeStream, FakeTrack } from "./fake-media.ts";
import { FakePeerConnection } from "./fake-peer-connection.ts";
import { FakeSocket } from "./fake-socket.ts";
import type { FakeStorage } from "./fake-storage.ts";
import { FakeWakeLock } from "./fake-wake-lock.ts";
import { once } from "./once.ts";

// All that a call holds hangs on one signal: about 20 listeners, where Node warns of a leak from 11 on.
setMaxListeners(30);

export const ANSWER_SDP = "v=0\r\na=fake-answer\r\n";
export const SESSION_ID = `ses_${"a".repeat(22)}`;

/** A browser in which nothing happens by itself: a test plays its devices, network and server. */
export class FakeBrowser {
  readonly #made = new EventTarget();
  readonly page = new EventTarget();
  readonly networkInformation = new EventTarget();
  readonly sockets: FakeSocket[] = [];
  readonly peers: FakePeerConnection[] = [];
  readonly audio = new FakeAudio();
  readonly microphone = new FakeStream([new FakeTrack()]);
  readonly devices = new FakeDevices();
  /** What the browser tells of it; nothing unless a test gives one. */
  permission: FakePermission | undefined;
  isVisible = true;
  readonly wakeLock = new FakeWakeLock();
  readonly audioContexts: FakeAudioContext[] = [];
  readonly requests: { url: string; init: RequestInit }[] = [];
  /** The tab's; nothing can be kept unless a test gives one. */
  sessionStorage: FakeStorage | undefined;
  /** What the client's clock shows, in milliseconds; a test sets it. */
  time = 0;
  /** What the client's dice show, 0 to 1. */
  chance = 0.5;
  getUserMedia = (_constraints: MediaStreamConstraints): Promise<FakeStream> => Promise.resolve(this.microphone);
  fetch = (_url: string, _init: RequestInit): Promise<Response> => Promise.reject(new TypeError("no network"));

  client(options: Partial<InterviewCallOptions> = {}): InterviewCall {
    return createInterviewCall({
      url: "ws://interview.test?simulation=true",
      environment: this.environment,
      ...options,
    });
  }

  /** The latest socket that the client has made. */
  get socket(): FakeSocket {
    return last(this.sockets);
  }

  /** Resolves with the client's n-th socket, counted from 1, once there is one. */
  async nthSocket(n: number): Promise<FakeSocket> {
    while (this.sockets.length < n) await once(this.#made, "socket");
    return last(this.sockets.slice(0, n));
  }

  get audioContext(): FakeAudioContext {
    return last(this.audioContexts);
  }

  get peer(): FakePeerConnection {
    return last(this.peers);
  }

  /** Resolves with the client's n-th peer connection, counted from 1, once there is one. */
  async nthPeer(n: number): Promise<FakePeerConnection> {
    while (this.peers.length < n) await once(this.#made, "peer");
    return last(this.peers.slice(0, n));
  }

  /** A client in the middle of an interview over WebSocket. */
  async connectedClient(options: Partial<InterviewCallOptions> = {}): Promise<InterviewCall> {
    const client = this.client(options);
    const connected = client.connect();
    await this.serverAnswers();
    await this.peer.answered();
    this.peer.becomes("connected");
    await connected;
    return client;
  }

  /** Opens the newest call's socket and its session. */
  async serverInitializes(
    iceServers: readonly RTCIceServer[] = [],
    dataChannel: "none" | "required" | "optional" = "none",
  ): Promise<FakeSocket> {
    const socket = await this.nthSocket(this.peers.length);
    socket.open();
    await socket.sentType("init");
    socket.receive({ type: "welcome", protocol: 1, simulation: true });
    socket.receive({ ...INITIALIZED, iceServers, dataChannel });
    return socket;
  }

  /** Does the same, and answers its offer. */
  async serverAnswers(): Promise<void> {
    const socket = await this.serverInitializes();
    await socket.sentType("sdp_offer");
    socket.receive(SDP_ANSWER);
  }

  get environment(): Partial<BrowserEnvironment> {
    const { sockets, peers } = this;
    const made = this.#made;
    const environment = {
      WebSocket: class extends FakeSocket {
        constructor(url: string, protocols: string[]) {
          super(url, protocols);
          sockets.push(this);
          made.dispatchEvent(new Event("socket"));
        }
      },
      RTCPeerConnection: class extends FakePeerConnection {
        constructor(configuration: RTCConfiguration) {
          super(configuration);
          peers.push(this);
          made.dispatchEvent(new Event("peer"));
        }
      },
      MediaStream: FakeStream,
      getUserMedia: (constraints: MediaStreamConstraints) => this.getUserMedia(constraints),
      mediaDevices: () => this.devices,
      microphonePermission: () => Promise.resolve(this.permission),
      createAudioElement: () => this.audio,
      createAudioContext: () => {
        this.audioContexts.push(new FakeAudioContext());
        return this.audioContext;
      },
      fetch: (url: string, init: RequestInit) => {
        this.requests.push({ url, init });
        return this.fetch(url, init);
      },
      page: this.page,
      isPageVisible: () => this.isVisible,
      wakeLock: () => this.wakeLock,
      networkInformation: () => this.networkInformation,
      sessionStorage: () => this.sessionStorage,
      now: () => this.time,
      random: () => this.chance,
    };
    return environment as unknown as BrowserEnvironment;
  }
}

export const INITIALIZED = {
  type: "initialized",
  sessionId: SESSION_ID,
  resumeToken: "resume-me",
  aiPersona: "alloy",
  resumed: false,
  seq: 0,
  deadline: "2030-01-01T00:00:00.000Z",
  remainingSeconds: 3600,
  iceServers: [],
  dataChannel: "none",
  limits: { maxSessionSeconds: 3600, maxMessageBytes: 131_072, maxSdpBytes: 65_536 },
};

export const SDP_ANSWER = {
  type: "sdp_answer",
  sessionId: SESSION_ID,
  answer: { type: "answer", sdp: ANSWER_SDP },
  callId: "rtc_1",
};

/** A client whose first call is answered, and whose audio line is being set up. */
export async function connectingClient(browser: FakeBrowser): Promise<{
  readonly client: InterviewCall;
  readonly connected: Promise<void>;
}> {
  const client = browser.client();
  const connected = client.connect();
  await browser.serverAnswers();
  await browser.peer.answered();
  await snapshotWhere(client, ({ state }) => state === "connecting");
  return { client, connected };
}

/** Resolves with the first snapshot that satisfies the condition, which may be the present one. */
export function snapshotWhere(
  client: InterviewCall,
  condition: (snapshot: InterviewSnapshot) => boolean,
): Promise<InterviewSnapshot> {
  return new Promise((resolve) => {
    const check = () => {
      if (!condition(client.getSnapshot())) return;
      unsubscribe();
      resolve(client.getSnapshot());
    };
    const unsubscribe = client.subscribe(check);
    check();
  });
}

function last<T>(list: readonly T[]): T {
  const item = list.at(-1);
  if (item === undefined) throw new Error("The client has not made one.");
  return item;
}
