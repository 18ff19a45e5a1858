/** What the client takes from the browser. Each piece can be replaced: by a test, or where a platform brings its own. */
export interface BrowserEnvironment {
  readonly WebSocket: new (url: string, protocols: string[]) => WebSocket;
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>;
  readonly RTCPeerConnection: new (configuration: RTCConfiguration) => RTCPeerConnection;
  readonly MediaStream: new (tracks: MediaStreamTrack[]) => MediaStream;
  readonly getUserMedia: (constraints: MediaStreamConstraints) => Promise<MediaStream>;
  /** Lists the devices and says `devicechange`; `undefined` where the page may use none, as without https. */
  readonly mediaDevices: () => Pick<MediaDevices, "enumerateDevices" | keyof EventTarget> | undefined;
  /** Whether the page may use the microphone, and where it says `change`; `undefined` where the browser does not tell. */
  readonly microphonePermission: () => Promise<PermissionStatus | undefined>;
  readonly createAudioElement: () => HTMLAudioElement;
  readonly createAudioContext: () => AudioContext;
  /** Where `pagehide`, `online` and the like are heard. */
  readonly page: EventTarget;
  readonly isPageVisible: () => boolean;
  /** Keeps the screen on; `undefined` where the browser cannot. */
  readonly wakeLock: () => Pick<WakeLock, "request"> | undefined;
  /** What says `change` when the network does (W3C Network Information), in browsers that have it. */
  readonly networkInformation: () => EventTarget | undefined;
  /** Where the tab keeps its interview across a reload; `undefined` where the browser lets nothing be kept. */
  readonly sessionStorage: () => Pick<Storage, "getItem" | "setItem" | "removeItem"> | undefined;
  /** Milliseconds on a clock that nobody sets: wall clocks of candidates' computers may be hours off. */
  readonly now: () => number;
  /** 0 or more, less than 1; spreads attempts to reconnect. */
  readonly random: () => number;
}

/** The browser's own. Where there is no browser a client can be created all the same: nothing is used before it connects. */
export function browserEnvironment(replaced: Partial<BrowserEnvironment>): BrowserEnvironment {
  return {
    WebSocket: globalThis.WebSocket,
    fetch: (url, init) => globalThis.fetch(url, init),
    RTCPeerConnection: globalThis.RTCPeerConnection,
    MediaStream: globalThis.MediaStream,
    getUserMedia: (constraints) => navigator.mediaDevices.getUserMedia(constraints),
    mediaDevices: () => globalThis.navigator?.mediaDevices,
    microphonePermission,
    createAudioElement: () => new Audio(),
    createAudioContext: () => new AudioContext(),
    page: globalThis,
    isPageVisible: () => document.visibilityState === "visible",
    wakeLock: () => navigator.wakeLock,
    networkInformation: () => (navigator as Navigator & { readonly connection?: EventTarget }).connection,
    sessionStorage: ownSessionStorage,
    now: () => performance.now(),
    random: () => Math.random(),
    ...replaced,
  };
}

function ownSessionStorage(): Storage | undefined {
  try {
    return globalThis.sessionStorage;
  } catch {
    // Browsers that block cookies throw here.
    return undefined;
  }
}

async function microphonePermission(): Promise<PermissionStatus | undefined> {
  // Older browsers lack the API, or know no permission of this name and throw.
  const permissions = navigator.permissions as Permissions | undefined;
  return permissions?.query({ name: "microphone" }).catch(() => undefined);
}
