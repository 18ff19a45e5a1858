import { DEFAULT_TENANT } from "../auth/principal.ts";
import type { Clock } from "../clock.ts";
import { type Config, voiceModelOf } from "../config/config.ts";
import { judgeOffer } from "../sdp/judge-offer.ts";
import { openUpstreams } from "../upstreams/registry.ts";
import type { CallPlan } from "../upstreams/upstream.ts";
import { endCall } from "./end-call.ts";
import { Heard } from "./heard.ts";
import { parseObject } from "./json-object.ts";
import { LIVE_STEPS } from "./live/steps.ts";
import { openPeer } from "./peer.ts";
import { REALTIME_STEPS } from "./realtime/steps.ts";
import { type Shape, Shapes } from "./shapes.ts";
import { type Row, runStep, skippedRow, type Step } from "./step.ts";
import type { Trial } from "./trial.ts";
import { openWire } from "./wire.ts";

export interface CanaryOptions {
  /** Names the provider by OPENAI_BASE_URL, with its key. Nothing is simulated here. */
  readonly config: Config;
  readonly clock: Clock;
  /** Aborted, the run ends at once, and the call with it. */
  readonly signal: AbortSignal;
  /** Longest wait for any one thing, in milliseconds. */
  readonly patienceMs: number;
  /** Told of each step when it is done. */
  readonly onRow: (row: Row) => void;
}

export interface CanaryResult {
  readonly rows: readonly Row[];
  /** The form of every message of the provider, by its kind and the way it came. */
  readonly shapes: Readonly<Record<string, Shape>>;
}

const CONTRACTS: Readonly<Record<Config["VOICE_API"], readonly Step[]>> = {
  realtime: REALTIME_STEPS,
  live: LIVE_STEPS,
};

/** Makes one call, looks at it step by step, and ends it whatever happens. */
export async function runCanary(options: CanaryOptions): Promise<CanaryResult> {
  const trial = await openTrial(options);
  const rows: Row[] = [];
  const tell = (row: Row): void => {
    rows.push(row);
    options.onRow(row);
  };
  try {
    for (const step of CONTRACTS[options.config.VOICE_API]) tell(await runUnlessStopped(step, trial));
  } finally {
    const left = await endCall(trial);
    if (left !== undefined) tell(left);
    await trial.close();
  }
  return { rows, shapes: shapesOf(trial) };
}

function runUnlessStopped(step: Step, trial: Trial): Promise<Row> | Row {
  return trial.signal.aborted ? skippedRow(step, "stopped") : runStep(step, trial);
}

async function openTrial({ config, clock, signal, patienceMs }: CanaryOptions): Promise<OpenTrial> {
  const baseUrl = config.OPENAI_BASE_URL;
  const wire = await openWire(baseUrl);
  const upstreams = await openUpstreams({
    config: { ...config, ALLOW_SIMULATION: false, OPENAI_BASE_URL: wire.baseUrl },
    clock,
    startSimulator: () => Promise.reject(new Error("A canary calls what its settings name.")),
  });
  const peer = await openPeer(clock, { onThisMachine: isThisMachine(baseUrl) });
  const judged = judgeOffer(peer.offerSdp);
  if (!judged.ok) throw new Error(`The canary's own offer breaks the rule ${judged.fault.rule}.`);
  return {
    baseUrl,
    plan: planOf(config),
    offer: judged.offer,
    peer,
    wire,
    upstream: upstreams.forTenant(DEFAULT_TENANT),
    callEvents: new Heard(),
    made: {},
    clock,
    signal,
    patienceMs,
    async close() {
      peer.close();
      await upstreams.close();
      await wire.close();
    },
  };
}

type OpenTrial = Trial & { close(): Promise<void> };

/** Short, because each word is paid for; with a tool, because its form is a part of the contract. */
function planOf(config: Config): CallPlan {
  return {
    model: voiceModelOf(config),
    voice: config.VOICE,
    transcriptionModel: config.TRANSCRIPTION_MODEL,
    language: "en",
    instructions: "This is a test of the line. Whenever you speak, say exactly: The line is open. Never use a tool.",
    tools: [
      {
        name: "canary",
        description: "There is no reason to use this.",
        parameters: { type: "object", properties: {}, required: [], additionalProperties: false },
      },
    ],
  };
}

function isThisMachine(url: string): boolean {
  return /^(localhost|127(\.\d+){3}|\[::1\])$/.test(new URL(url).hostname);
}

function shapesOf({ peer, wire }: Trial): Record<string, Shape> {
  const shapes = new Shapes();
  for (const { value } of wire.exchanges.events) {
    const body = parseObject(value.body);
    // What comes last in a path is the name of a route, never an id.
    if (body !== undefined) shapes.add(`http ${value.status} ${value.path.split("/").at(-1)}`, body);
  }
  for (const { value } of peer.channelEvents.events) shapes.add(`channel ${value.type}`, value.body);
  for (const { value } of wire.sideband.events.events) shapes.add(`sideband ${value.type}`, value.body);
  return shapes.toRecord();
}
