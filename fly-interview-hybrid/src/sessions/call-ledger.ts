import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { Config } from "../config/config.ts";
import type { Logger } from "../ops/log.ts";
import { pause } from "../pause.ts";
import type { CallState, Records } from "../records/records.ts";
import { type CallCreation, type Upstream, UpstreamError } from "../upstreams/upstream.ts";
import type { Session } from "./session.ts";
import { within } from "./wait-for-call.ts";

/** Waits before further tries at a hang-up, in milliseconds. Hanging up twice does no harm. */
const HANG_UP_DELAYS_MS = [250, 1000];

export interface LedgerNeeds {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  readonly records: Records;
}

/** Keeps the record of every call, and sees to it that none runs on unowned. */
export interface CallLedger {
  /** Notes a create that is about to be made; returns the record's id. */
  begin(session: Session, upstream: Upstream): Promise<string>;
  confirm(recordId: string, upstreamCallId: string): Promise<void>;
  /** Hangs up a call that is known, and notes what came of it. */
  finish(recordId: string, upstream: Upstream, upstreamCallId: string): Promise<void>;
  /** Sees a create to its end that nobody waits for any more, or that failed, and hangs up what came of it. */
  dispose(recordId: string, upstream: Upstream, creation: CallCreation): void;
  /** Fulfilled when no hang-up and no abandoned create is under way. */
  settled(): Promise<void>;
}

export function createCallLedger({ config, clock, log, records }: LedgerNeeds): CallLedger {
  const underWay = new Set<Promise<void>>();

  const track = (work: Promise<void>): Promise<void> => {
    const tracked = work
      .catch((error: unknown) => log.error({ err: error }, "a call's end could not be recorded"))
      .finally(() => underWay.delete(tracked));
    underWay.add(tracked);
    return tracked;
  };

  const close = async (recordId: string, state: CallState): Promise<void> => {
    await records.updateCall(recordId, { state, endedAt: clock.now() });
    if (state !== "possible_orphan") return;
    const { possible_orphan: possibleOrphans } = await records.countCalls();
    log.warn({ call: recordId, possibleOrphans }, "a call may run on that nobody owns");
  };

  const finish = async (recordId: string, upstream: Upstream, upstreamCallId: string): Promise<void> => {
    const done = await hangUp(upstream, upstreamCallId, clock);
    await close(recordId, done ? "ended" : "possible_orphan");
  };

  const dispose = async (recordId: string, upstream: Upstream, creation: CallCreation): Promise<void> => {
    const outcome = await outcomeOf(creation, config.UPSTREAM_LATE_READ_MS, clock);
    if (outcome.upstreamCallId !== undefined) {
      await records.updateCall(recordId, { upstreamCallId: outcome.upstreamCallId });
      return finish(recordId, upstream, outcome.upstreamCallId);
    }
    await close(recordId, outcome.possibleOrphan ? "possible_orphan" : "failed");
  };

  return {
    async begin(session, upstream) {
      const id = `call_${randomUUID()}`;
      await records.insertCall({
        id,
        sessionId: session.id,
        tenant: session.principal.tenant,
        upstream: upstream.name,
        upstreamCallId: null,
        state: "connecting",
        createdAt: clock.now(),
        endedAt: null,
      });
      return id;
    },
    confirm: (recordId, upstreamCallId) => records.updateCall(recordId, { state: "live", upstreamCallId }),
    finish: (recordId, upstream, upstreamCallId) => track(finish(recordId, upstream, upstreamCallId)),
    dispose: (recordId, upstream, creation) => void track(dispose(recordId, upstream, creation)),
    async settled() {
      while (underWay.size > 0) await Promise.all(underWay);
    },
  };
}

async function hangUp(upstream: Upstream, upstreamCallId: string, clock: Clock): Promise<boolean> {
  for (const delay of [...HANG_UP_DELAYS_MS, 0]) {
    try {
      await upstream.hangUp(upstreamCallId);
      return true;
    } catch {
      await pause(clock, delay);
    }
  }
  return false;
}

async function outcomeOf(
  creation: CallCreation,
  ms: number,
  clock: Clock,
): Promise<{ readonly upstreamCallId: string | undefined; readonly possibleOrphan: boolean }> {
  try {
    const call = await within(creation.call, ms, clock);
    return { upstreamCallId: call?.callId, possibleOrphan: call === undefined };
  } catch (error) {
    if (error instanceof UpstreamError) return { upstreamCallId: error.callId, possibleOrphan: error.possibleOrphan };
    return { upstreamCallId: undefined, possibleOrphan: true };
  }
}
