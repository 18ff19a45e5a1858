/** How the audio line does. A figure that the browser does not report, or not yet, is absent. */
export interface CallStats {
  readonly packetsSent?: number;
  readonly packetsReceived?: number;
  readonly packetsLost?: number;
  readonly bytesSent?: number;
  readonly bytesReceived?: number;
  /** Of a hundred packets that were sent lately, how many did not arrive, as the voice service reports it. */
  readonly sentLossPercent?: number;
  /** Jitter of what arrives, in milliseconds. */
  readonly jitterMs?: number;
  /** To the voice service and back, in milliseconds. */
  readonly roundTripMs?: number;
  /** The interviewer's level now, 0 to 1, linear. */
  readonly audioLevel?: number;
  /** The interviewer's energy since the call began, as defined by W3C webrtc-stats; above 0 once anything was heard. */
  readonly totalAudioEnergy?: number;
  /** How this browser reaches the path in use: `udp`, `tcp` or `tls`. */
  readonly transport?: string;
  /** The path in use, such as `host udp → srflx udp`. */
  readonly candidatePair?: string;
}

/** The members read here of what W3C webrtc-stats defines; `RTCStatsReport` itself is untyped. */
interface StatsEntry {
  readonly type: string;
  readonly id: string;
  readonly kind?: string;
  readonly packetsSent?: number;
  readonly packetsReceived?: number;
  readonly packetsLost?: number;
  readonly bytesSent?: number;
  readonly bytesReceived?: number;
  readonly fractionLost?: number;
  readonly jitter?: number;
  readonly audioLevel?: number;
  readonly totalAudioEnergy?: number;
  readonly currentRoundTripTime?: number;
  readonly nominated?: boolean;
  readonly state?: string;
  readonly localCandidateId?: string;
  readonly remoteCandidateId?: string;
  readonly candidateType?: string;
  readonly protocol?: string;
  readonly relayProtocol?: string;
}

/** Picks the figures a person looks for out of a report. */
export function digestStats(report: RTCStatsReport): CallStats {
  const entries = new Map<string, StatsEntry>();
  report.forEach((entry: StatsEntry) => entries.set(entry.id, entry));
  const all = [...entries.values()];
  const ofAudio = (wanted: string) => all.find(({ type, kind }) => type === wanted && kind === "audio");
  const inbound = ofAudio("inbound-rtp");
  const outbound = ofAudio("outbound-rtp");
  const remote = ofAudio("remote-inbound-rtp");
  // Firefox names the pair in use only here; Chromium and Safari do so too.
  const pair = all.find(
    ({ type, nominated, state }) => type === "candidate-pair" && nominated === true && state === "succeeded",
  );
  const local = entries.get(pair?.localCandidateId ?? "");
  return present<CallStats>({
    packetsSent: outbound?.packetsSent,
    packetsReceived: inbound?.packetsReceived,
    packetsLost: inbound?.packetsLost,
    bytesSent: outbound?.bytesSent,
    bytesReceived: inbound?.bytesReceived,
    sentLossPercent: remote?.fractionLost === undefined ? undefined : remote.fractionLost * 100,
    jitterMs: milliseconds(inbound?.jitter),
    roundTripMs: milliseconds(pair?.currentRoundTripTime),
    audioLevel: inbound?.audioLevel,
    totalAudioEnergy: inbound?.totalAudioEnergy,
    transport: local?.relayProtocol ?? local?.protocol,
    candidatePair: pair && `${describe(entries, pair.localCandidateId)} → ${describe(entries, pair.remoteCandidateId)}`,
  });
}

function describe(entries: ReadonlyMap<string, StatsEntry>, id: string | undefined): string {
  const candidate = entries.get(id ?? "");
  return candidate ? `${candidate.candidateType} ${candidate.protocol}` : "unknown";
}

/** The report counts in seconds. */
function milliseconds(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.round(seconds * 1000);
}

/** Without what is `undefined`. */
export function present<Figures extends object>(
  figures: { readonly [Name in keyof Figures]-?: Figures[Name] | undefined },
): Figures {
  return Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== undefined)) as Figures;
}
