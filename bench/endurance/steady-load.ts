import { type Life, type Lived, liveThrough, type Place, waited } from "./lives.ts";
import { judge, type Verdict } from "./verdict.ts";
import type { VoiceService } from "./voice-service.ts";

/** What a run has come to so far. */
export class Tally {
  interviews = 0;
  calls = 0;
  turns = 0;
  gaps = 0;
  /** Interviews that were not let in, by why. */
  readonly refused: Record<string, number> = {};
  readonly endsByReason: Record<string, number> = {};
  readonly faults: string[] = [];
  /** By the minute of the run in which each began. */
  readonly connects: { readonly minute: number; readonly ms: number }[] = [];
  readonly sessionIds: string[] = [];

  add({ sessionId, connectMs, faults }: Lived, verdict: Verdict, minute: number): void {
    this.interviews += 1;
    this.calls += verdict.calls;
    this.turns += verdict.turns;
    this.gaps += verdict.gaps;
    this.endsByReason[verdict.reason] = (this.endsByReason[verdict.reason] ?? 0) + 1;
    this.faults.push(...faults.map((fault) => `${sessionId}: ${fault}`), ...verdict.faults);
    if (connectMs !== undefined) this.connects.push({ minute, ms: connectMs });
    this.sessionIds.push(sessionId);
  }
}

/** How the load is made. */
export interface LoadPlan {
  /** Interviews at a time. */
  readonly places: number;
  readonly lives: Iterator<Life, never>;
  readonly place: Place;
  readonly service: VoiceService;
  /** When the first begins, all others begin within an interview's length; milliseconds of `performance.now()`. */
  readonly beganAt: number;
}

/** Keeps as many interviews going as there are places, each followed by the next, until it is told to close. */
export async function holdSteadily(plan: LoadPlan, tally: Tally): Promise<void> {
  const { places, place, lives } = plan;
  let index = 0;
  const stagger = place.interviewMs / places;
  await Promise.all(
    Array.from({ length: places }, async (_, n) => {
      await waited(n * stagger, place.closing);
      while (!place.closing.aborted) await holdOne(lives.next().value, (index += 1), plan, tally);
    }),
  );
}

async function holdOne(life: Life, index: number, plan: LoadPlan, tally: Tally): Promise<void> {
  const { place, beganAt } = plan;
  const minute = (performance.now() - beganAt) / 60_000;
  try {
    const lived = await liveThrough(life, place, index);
    if ("because" in lived) tally.refused[lived.because] = (tally.refused[lived.because] ?? 0) + 1;
    else tally.add(lived, await judge(plan, lived.sessionId), minute);
  } catch (error) {
    tally.faults.push(`interview ${index}, in which the candidate ${life.kind}: ${String(error)}`);
  }
}

/** Counts by name, in one line. */
export function listed(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(", ");
}
