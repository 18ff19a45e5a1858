import { type PreCheckReply, testCallSchema } from "@interview-proxy/protocol";
import { boundedWait } from "../bounded-wait.ts";
import { type CallStats, digestStats } from "../call-stats.ts";
import { clientError, InterviewError } from "../errors.ts";
import { createPeer } from "../peer.ts";
import { postToServer } from "../server-post.ts";
import { shareAudioContext } from "../shared-audio-context.ts";
import { relaysOver } from "../transports.ts";
import { found, foundProblem, type Outcome } from "./check.ts";
import type { CheckContext, Perform } from "./check-context.ts";

/** How long a way may take to open; where one is blocked, packets are lost in silence. */
const WAY_LIMIT = { ms: 10_000, error: () => clientError("AUDIO_LINE_FAILED") };

/** `closed`: nothing passes; an outcome: it could not be tried, and why. */
type Way = CallStats | "closed" | Outcome;

/** Tries how calls get through: a test call like an interview's, or, where there is none, the relays that interviews may use. */
export async function checkCalls(context: CheckContext, description: PreCheckReply, perform: Perform): Promise<void> {
  let second: Promise<Way> | undefined;
  const overTcp = () => (second ??= tryWay(context, description, "tcp"));
  await perform("udp", async () => {
    const way = await tryWay(context, description, "udp");
    if (way !== "closed") return isStats(way) ? udpOutcome(way) : way;
    // Whether an interview is possible all the same, the other way shows.
    return isStats(await overTcp()) ? found("warning", "UDP_BLOCKED") : found("failed", "CALLS_BLOCKED");
  });
  await perform("tcp", async () => {
    const way = await overTcp();
    if (way === "closed") return found("warning", "TCP_BLOCKED");
    return isStats(way) ? passed(way) : way;
  });
}

async function tryWay(context: CheckContext, description: PreCheckReply, transport: "udp" | "tcp"): Promise<Way> {
  const { options, signal } = context;
  // The parsed type allows members that are `undefined`; JSON has none.
  const servers = [...(options.iceServers ?? []), ...(description.iceServers as readonly RTCIceServer[])];
  const relays = relaysOver(transport, servers);
  // The simulator has no address over TCP, so that only a relay leads there.
  const isOffered = transport === "udp" || description.testCall === "provider" || relays.length > 0;
  const scope = new AbortController();
  const onAbort = () => scope.abort(signal.reason);
  signal.addEventListener("abort", onAbort);
  try {
    signal.throwIfAborted();
    if (description.testCall !== "none")
      return isOffered ? await holdCall(context, { servers, description, transport, signal: scope.signal }) : SKIPPED;
    return relays.length > 0 ? await reachRelay(context, { relays, transport, signal: scope.signal }) : SKIPPED;
  } catch (error) {
    // What the server refuses says nothing about the network.
    const isBlocked = error instanceof InterviewError && error.problem.code === "AUDIO_LINE_FAILED";
    return isBlocked ? "closed" : foundProblem("skipped", error);
  } finally {
    signal.removeEventListener("abort", onAbort);
    scope.abort();
  }
}

interface CallTry {
  readonly servers: readonly RTCIceServer[];
  readonly description: PreCheckReply;
  readonly transport: "udp" | "tcp";
  readonly signal: AbortSignal;
}

/** A call in which nobody speaks. Over TCP, no way that begins with UDP is used. */
async function holdCall(
  context: CheckContext,
  { servers, description, transport, signal }: CallTry,
): Promise<CallStats> {
  const { environment } = context;
  const audio = shareAudioContext(environment.createAudioContext);
  signal.addEventListener("abort", () => audio.release());
  let giveUp: (error: Error) => void = () => {};
  const failed = new Promise<never>((_resolve, reject) => (giveUp = reject));
  failed.catch(() => {});
  const fail = () => giveUp(WAY_LIMIT.error());
  const peer = createPeer({
    environment,
    iceServers: servers,
    avoidsUdp: transport === "tcp",
    signal,
    onStates: (states) => {
      if (states.peer === "failed") fail();
    },
    onRemoteStream: () => {},
    onHungUp: fail,
  });
  peer.speakThrough(audio.context.createMediaStreamDestination().stream);
  const sdpOffer = await peer.offer({ iceServers: [], dataChannel: description.dataChannel === "required" });
  const answer = testCallSchema.safeParse(await postToServer(context, "testCall", { sdpOffer }));
  if (!answer.success) throw clientError("BAD_SERVER_REPLY");
  await boundedWait(Promise.race([peer.connect(answer.data.sdpAnswer), failed]), { signal, limit: WAY_LIMIT });
  return digestStats(await peer.getStats());
}

interface RelayTry {
  readonly relays: readonly RTCIceServer[];
  readonly transport: "udp" | "tcp";
  readonly signal: AbortSignal;
}

/** Where there is no test call, a relay that gives an address has been reached. */
async function reachRelay({ environment }: CheckContext, { relays, transport, signal }: RelayTry): Promise<CallStats> {
  const connection = new environment.RTCPeerConnection({ iceServers: [...relays], iceTransportPolicy: "relay" });
  signal.addEventListener("abort", () => connection.close());
  const reached = new Promise<void>((resolve, reject) => {
    // The last one is `null`.
    const onCandidate = ({ candidate }: RTCPeerConnectionIceEvent) =>
      candidate?.candidate ? resolve() : reject(WAY_LIMIT.error());
    connection.addEventListener("icecandidate", onCandidate, { signal });
  });
  connection.createDataChannel("");
  await connection.setLocalDescription(await connection.createOffer());
  await boundedWait(reached, { signal, limit: WAY_LIMIT });
  return { transport };
}

const SKIPPED: Outcome = { status: "skipped" };

function isStats(way: Way): way is CallStats {
  return way !== "closed" && !("status" in way);
}

/** The browser takes the best way there is: where that is not UDP, none passes. */
function udpOutcome(way: CallStats): Outcome {
  return way.transport === undefined || way.transport === "udp" ? passed(way) : found("warning", "UDP_BLOCKED");
}

function passed({ roundTripMs }: CallStats): Outcome {
  return { status: "passed", figures: roundTripMs === undefined ? {} : { roundTripMs } };
}
