import type { AddressInfo } from "node:net";
import { Pacer } from "./audio/pacer.ts";
import { type CallFactoryOptions, createCallFactory } from "./calls/call-factory.ts";
import { CallRegistry } from "./calls/call-registry.ts";
import type { CallReport } from "./calls/call-report.ts";
import { createLinesWithoutMedia } from "./calls/line-without-media.ts";
import { createRtpLines } from "./calls/rtp-line.ts";
import type { SimulatorEvent } from "./calls/simulator-event.ts";
import { type Clock, systemClock, Timers } from "./clock.ts";
import { EventWatch } from "./event-watch.ts";
import { type Fault, FaultQueue, isCallFault } from "./faults.ts";
import { callNotFound } from "./http/api-error.ts";
import { ApiKeys } from "./http/api-keys.ts";
import { createHttpServer } from "./http/http-server.ts";
import { SidebandServer } from "./http/sideband-server.ts";
import { createNodeDataChannelPeer } from "./peer/node-datachannel-peer.ts";
import type { DtlsRole } from "./peer/offer.ts";
import { createPeersWithoutMedia } from "./peer/peer-without-media.ts";
import { checkInterviewScript, type InterviewScript } from "./script/interview-script.ts";
import { speakInterview } from "./script/spoken-interview.ts";

const DEFAULT_MAX_CALLS = 500;
const DEFAULT_MAX_ENDED_CALLS = 100;
const DEFAULT_WAIT_MS = 5000;

/** Observed; OpenAI documents no length. */
const DEFAULT_LIVE_SESSION_SECONDS = 7200;

/** As people speak. */
const DEFAULT_WORDS_PER_SECOND = 2.5;

/** A candidate who knows the answer. */
const DEFAULT_THINKS_MS = 500;

/** Enough for an hour's interview without its deltas. */
const DEFAULT_MAX_LOGGED_EVENTS = 10_000;

/** How a simulator is to be. */
export interface SimulatorOptions {
  /** Default 0: any free port. */
  readonly port?: number;
  /** Address that HTTP listens on; default 127.0.0.1. Audio uses the loopback and all other addresses of the host. */
  readonly host?: string;
  /** Accepted project keys. Absent: any bearer, except an `ek_` that this simulator did not mint. */
  readonly apiKeys?: readonly string[];
  /** Default: the built-in interview of five questions. */
  readonly script?: InterviewScript;
  /** Role in the DTLS handshake, as its answers state it; default "active". */
  readonly dtlsRole?: DtlsRole;
  /**
   * Default "webrtc": a real peer, to which a client speaks and listens. With "none" no call needs a client: an offer is
   * answered, the voices are timers of the clock, the script says when the candidate speaks, and all else is the same.
   */
  readonly media?: "webrtc" | "none";
  /** How fast both speak where there is no media; default 2.5. */
  readonly wordsPerSecond?: number;
  /** How long the candidate thinks before an answer where there is no media, in milliseconds; default 500. */
  readonly thinksMs?: number;
  /** How long a Live session lasts at most, in seconds; default 7200. What it says itself counts: `session.expires_at`. */
  readonly liveSessionSeconds?: number;
  /**
   * Whether Live sidebands get the audio of both sides too, in frames of 100 ms, about 64 KB/s each way; OpenAI's do.
   * Default true, without media false.
   */
  readonly mirroredAudio?: boolean;
  /** Whether a Live sideband is sent `session.started` when it attaches, as observed; default true. It is not documented. */
  readonly liveStartedOnSideband?: boolean;
  /**
   * Whether `POST /v1/live/sessions/{id}/hangup` ends a call; default false: 404. It is documented for telephone calls;
   * whether it does on WebRTC is not known.
   */
  readonly liveHangup?: boolean;
  /** Calls that may live at once, default 500; a create beyond gets 429. */
  readonly maxCalls?: number;
  /** Ended calls whose reports are kept, default 100. */
  readonly maxEndedCalls?: number;
  /** Events that are kept of each call for its report and for `waitFor`, default 10 000; 0: none. */
  readonly maxLoggedEvents?: number;
  /** Default: the real one. */
  readonly clock?: Clock;
}

/** OpenAI's Realtime and Live APIs over WebRTC on this machine, and what tests need besides. */
export interface Simulator {
  /** `http://127.0.0.1:PORT/v1`: what goes into `OPENAI_BASE_URL`. */
  readonly baseUrl: string;
  /** Reports of live and recently ended calls, newest last. */
  calls(): readonly CallReport[];
  /** Reports of live calls, newest last. */
  liveCalls(): readonly CallReport[];
  /**
   * Makes something go wrong with the next create, or with the live call that the fault names.
   *
   * @throws Error when that call is not live, or a thousand faults wait already
   */
  injectFault(fault: Fault): void;
  /**
   * The first event of any call that satisfies the predicate. It looks at what already happened too.
   *
   * @throws Error after `timeoutMs` (default 5000), or when the simulator is closed
   */
  waitFor(predicate: (event: SimulatorEvent) => boolean, options?: { timeoutMs?: number }): Promise<SimulatorEvent>;
  /** Ends all calls and stops listening. Closing again changes nothing. */
  close(): Promise<void>;
}

/**
 * Starts a simulator; it is ready when this resolves.
 *
 * @throws InterviewScriptError for an unusable script, or the system's error where the port is taken
 */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const clock = options.clock ?? systemClock;
  const registry = new CallRegistry(options.maxEndedCalls ?? DEFAULT_MAX_ENDED_CALLS);
  const watch = new EventWatch(clock);
  const timers = new Timers(clock);
  const faults = new FaultQueue();
  const keys = new ApiKeys(options.apiKeys, () => clock.now());
  const injectFault = (fault: Fault): void => {
    if (!isCallFault(fault) || fault.callId === undefined) {
      faults.add(fault);
      return;
    }
    const call = registry.find(fault.callId);
    if (call === undefined) {
      throw callNotFound();
    }
    call.applyFault(fault);
  };
  const createCall = createCallFactory({
    clock,
    ...(await howToSpeak(options, clock)),
    registry,
    maxLoggedEvents: options.maxLoggedEvents ?? DEFAULT_MAX_LOGGED_EVENTS,
    dtlsRole: options.dtlsRole ?? "active",
    live: {
      sessionSeconds: options.liveSessionSeconds ?? DEFAULT_LIVE_SESSION_SECONDS,
      reflectsAudio: options.mirroredAudio ?? options.media !== "none",
      greetsSidebands: options.liveStartedOnSideband ?? true,
    },
    observe: (event) => {
      if (event.type === "call.ended") {
        registry.retire(event.callId);
      }
      watch.observe(event);
    },
  });
  const http = await createHttpServer({
    keys,
    calls: registry,
    createCall,
    faults,
    timers,
    maxCalls: options.maxCalls ?? DEFAULT_MAX_CALLS,
    liveHangup: options.liveHangup ?? false,
    control: { calls: () => registry.all(), injectFault },
  });
  const sidebands = new SidebandServer(keys, registry);
  sidebands.listenOn(http.server);
  const host = options.host ?? "127.0.0.1";
  await http.listen({ port: options.port ?? 0, host });

  let closing: Promise<void> | undefined;
  const shutDown = async (): Promise<void> => {
    timers.close();
    registry.endAll("simulator_closed");
    sidebands.close();
    await http.close();
    // A create that was under way when the first were ended has come to its end by now.
    registry.endAll("simulator_closed");
    watch.close();
  };
  return {
    baseUrl: baseUrlOf(host, http.server.address() as AddressInfo),
    calls: () => registry.all(),
    liveCalls: () => registry.live(),
    injectFault,
    waitFor: (predicate, wait) => {
      const history = registry.all().flatMap(({ events }) => events);
      return watch.waitFor(predicate, history, wait?.timeoutMs ?? DEFAULT_WAIT_MS);
    },
    close: () => (closing ??= shutDown()),
  };
}

/** Peers, their voices and what they say, with media or without. */
async function howToSpeak(
  { media, wordsPerSecond = DEFAULT_WORDS_PER_SECOND, thinksMs = DEFAULT_THINKS_MS, ...options }: SimulatorOptions,
  clock: Clock,
): Promise<Pick<CallFactoryOptions, "interview" | "createPeer" | "createLine">> {
  const script = options.script && checkInterviewScript(options.script, "script");
  if (!(wordsPerSecond > 0)) {
    throw new RangeError("wordsPerSecond must be above 0");
  }
  if (media === "none") {
    return {
      interview: await speakInterview(script, wordsPerSecond),
      createPeer: createPeersWithoutMedia(clock),
      createLine: createLinesWithoutMedia(clock, thinksMs),
    };
  }
  return {
    interview: await speakInterview(script),
    createPeer: createNodeDataChannelPeer,
    createLine: createRtpLines(new Pacer(clock)),
  };
}

/** A server that listens everywhere is reached at the loopback. */
function baseUrlOf(host: string, { port }: AddressInfo): string {
  if (host === "0.0.0.0" || host === "::") {
    return `http://127.0.0.1:${port}/v1`;
  }
  return `http://${host.includes(":") ? `[${host}]` : host}:${port}/v1`;
}
