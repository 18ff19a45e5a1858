import { constantFrom, integer, record, sample } from "fast-check";
import { freshToken } from "../processes/load-token.ts";
import { loadOffer } from "../processes/load-offer.ts";
import { Candidate } from "./candidate.ts";
import type { Platform } from "./platform.ts";

/** What becomes of an interview on the candidate's side. */
const KINDS = [
  "stays",
  "leaves",
  "reconnects",
  "reconnects",
  "reloads",
  "vanishes",
  "looks in",
  "over HTTP",
  "is invited",
] as const;

/** One interview as it is planned. */
export interface Life {
  readonly kind: (typeof KINDS)[number];
  /** Of the whole interview, in thousandths: when something happens. */
  readonly moments: readonly [number, number];
}

/** What came of it. */
export interface Lived {
  readonly sessionId: string;
  /** Undefined where there was no call over a socket. */
  readonly connectMs: number | undefined;
  readonly faults: readonly string[];
}

/** Where interviews are held. */
export interface Place {
  readonly port: number;
  readonly platform: Platform;
  /** How long an interview takes, in milliseconds. */
  readonly interviewMs: number;
  /** Whether the proxy may be started anew meanwhile. */
  readonly restarts: boolean;
  /** Pages that are there at the moment. */
  readonly present: Set<Candidate>;
  /** When it is aborted, interviews are left. */
  readonly closing: AbortSignal;
}

const FOR_EVER_MS = 2 ** 31 - 1;

/** Planned at a time. */
const BATCH = 1000;

const moment = integer({ min: 0, max: 900 });

/** Lives without end; the same ones for the same seed. */
export function* plannedLives(seed: number): Generator<Life, never> {
  const life = record({
    kind: constantFrom(...KINDS),
    moments: record({ one: moment, other: moment }).map(
      ({ one, other }) => [Math.min(one, other), Math.max(one, other)] as const,
    ),
  });
  for (let batch = 0; ; batch += 1) yield* sample(life, { numRuns: BATCH, seed: seed + batch });
}

/** Why an interview was not let in. */
export interface Refused {
  readonly because: string;
}

/** Lives through one until its interview has ended. */
export async function liveThrough(life: Life, place: Place, index: number): Promise<Lived | Refused> {
  if (life.kind === "over HTTP") return liveOverHttp(life, place, index);
  const candidate = await arrive(life, place, index).catch(refused);
  if ("because" in candidate) return candidate;
  const { sessionId, faults } = candidate;
  place.present.add(candidate);
  await actOut(life, candidate, place).finally(() => place.present.delete(candidate));
  candidate.vanish();
  return { sessionId, connectMs: candidate.connectMs, faults };
}

async function arrive({ kind }: Life, place: Place, index: number): Promise<Candidate> {
  const token = kind === "is invited" ? await place.platform.invite(`invited-${index}`) : freshToken();
  return Candidate.arrive(place.port, token, index, place.restarts);
}

async function actOut({ kind, moments }: Life, candidate: Candidate, place: Place): Promise<void> {
  const { platform, closing } = place;
  const over = AbortSignal.any([candidate.over, closing]);
  const until = (thousandth: number): Promise<void> => waited((thousandth * place.interviewMs) / 1000, over);
  const untilOver = async (): Promise<void> => {
    await waited(FOR_EVER_MS, over);
    candidate.leave();
    await platform.untilEnded(candidate.sessionId, closing);
  };
  const [first, second] = moments;
  if (kind !== "looks in") {
    await candidate.call();
    await until(first);
  }
  if (kind === "looks in" || kind === "vanishes") {
    candidate.vanish();
    return platform.untilEnded(candidate.sessionId, closing);
  }
  if (kind === "leaves") candidate.leave();
  if (kind === "is invited") await platform.end(candidate.sessionId);
  if (kind === "reconnects" || kind === "reloads") candidate.drop();
  if (kind === "reloads") await candidate.call();
  if (kind === "reconnects") {
    await until(second - first);
    candidate.drop();
  }
  return untilOver();
}

/** Makes a call and ends it without ever having a socket. */
async function liveOverHttp({ moments }: Life, place: Place, index: number): Promise<Lived | Refused> {
  const { port, platform, closing, interviewMs } = place;
  const authorization = `Bearer ${freshToken()}`;
  const headers = { authorization, "content-type": "application/json", connection: "close" };
  const body = JSON.stringify({ sdpOffer: loadOffer(index) });
  const address = `http://127.0.0.1:${port}/api/sdp-exchange`;
  const reply = await exchange(address, { method: "POST", headers, body }).catch(refused);
  if ("because" in reply) return reply;
  await waited((moments[0] * interviewMs) / 1000, closing);
  await platform.delete(reply.sessionId);
  await platform.untilEnded(reply.sessionId, closing);
  return { sessionId: reply.sessionId, connectMs: undefined, faults: [] };
}

async function exchange(address: string, init: RequestInit): Promise<{ readonly sessionId: string }> {
  const response = await fetch(address, init);
  const reply = (await response.json()) as { sessionId?: string; error?: { code: string } };
  if (reply.sessionId === undefined) throw new Error(`The proxy answered ${reply.error?.code}.`);
  return { sessionId: reply.sessionId };
}

function refused(error: unknown): Refused {
  return { because: error instanceof Error ? error.message : String(error) };
}

/** Fulfilled after a time, or when the signal is aborted. */
export function waited(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done);
  });
}
