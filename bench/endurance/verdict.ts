import { readConfig } from "../../fly-interview-hybrid/src/config/config.ts";
import { safetyIdentifierOf } from "../../fly-interview-hybrid/src/sessions/calls/safety-identifier.ts";
import type { TranscriptDocument } from "../../fly-interview-hybrid/src/transcripts/document.ts";
import { verifyTranscript } from "../../fly-interview-hybrid/src/transcripts/verify.ts";
import type { Said } from "../../fly-interview-hybrid/test/doors/said-by-simulator.ts";
import { faultOfEnded } from "../../fly-interview-hybrid/test/long-runs/ended-calls.ts";
import { LOAD_KEY } from "../processes/proxy-process.ts";
import type { Place } from "./lives.ts";
import type { VoiceService } from "./voice-service.ts";

/** What the proxy names persons to the voice service by. */
const CONFIG = readConfig({ OPENAI_API_KEY: LOAD_KEY });

/** By then every call of a session that has ended is hung up, or on record as one that may live and cannot be found. */
const DECIDED_WITHIN_MS = 100_000;

/** Where the proxy is killed: the next process begins the tries at its hang-ups anew, and finds some only after a minute. */
const DECIDED_LATE_MS = 400_000;

/** So much later than a session ends that is seen, on a busy machine; and where its end cannot be written at once. */
const SEEN_WITHIN_MS = 10_000;
const SEEN_LATE_MS = 40_000;

/** Where the interview was held. */
interface Judged {
  readonly place: Pick<Place, "platform" | "restarts">;
  readonly service: VoiceService;
}

/** What is left of an interview that has ended. */
export interface Verdict {
  readonly reason: string;
  readonly calls: number;
  readonly turns: number;
  /** Turns of which the transcript says itself that their words are not known. */
  readonly gaps: number;
  /** Which promises were broken. */
  readonly faults: readonly string[];
}

/** Compares the transcript of an interview that has ended with what was said in its calls, and looks for what must not be. */
export async function judge({ place, service }: Judged, sessionId: string): Promise<Verdict> {
  const { platform, restarts } = place;
  const seenAt = Date.now();
  const { person } = await platform.details(sessionId);
  const identifier = safetyIdentifierOf({ tenant: "default", person }, CONFIG);
  const left = await undecided(sessionId, identifier, { place, service });
  const ended = await service.saidBy(identifier, seenAt, restarts ? SEEN_LATE_MS : SEEN_WITHIN_MS);
  const { endReason, endedAt, calls } = await platform.details(sessionId);
  const faults: string[] = left === undefined ? [] : [left];
  if (endReason === null || endedAt === null) faults.push("ended without a reason");
  const bytes = await platform.transcript(sessionId);
  const proven = verifyTranscript(bytes);
  if (!proven.ok) faults.push(`its transcript cannot be proved: ${JSON.stringify(proven)}`);
  const { turns } = JSON.parse(bytes.toString("utf8")) as TranscriptDocument;
  const transcribed = turns.map(({ role, status, text, heardMs }): Said => [role, status, text, heardMs]);
  const fault = faultOfEnded(ended, transcribed);
  if (fault !== undefined) faults.push(`its transcript is not what was said: ${fault}`);
  return {
    reason: endReason ?? "none",
    calls: calls.length,
    turns: transcribed.length,
    gaps: transcribed.filter(([, status]) => status === "gap").length,
    faults: faults.map((text) => `${sessionId}: ${text}`),
  };
}

/** Says which calls live on and are not on record as such, when that had its time; `undefined` where there are none. */
async function undecided(sessionId: string, person: string, { place, service }: Judged): Promise<string | undefined> {
  const { platform, restarts } = place;
  const givenUpAt = performance.now() + (restarts ? DECIDED_LATE_MS : 0);
  for (;;) {
    const live = await service.untilCallsEnd(person, DECIDED_WITHIN_MS);
    const states = (await platform.details(sessionId)).calls.map(({ state }) => state);
    if (live <= states.filter((state) => state === "possible_orphan").length) return undefined;
    if (performance.now() > givenUpAt) return `${live} calls of its person live on; its calls are ${states.join(", ")}`;
  }
}
