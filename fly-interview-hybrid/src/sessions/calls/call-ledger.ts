import { randomUUID } from "node:crypto";
import { setMaxListeners } from "node:events";
import type { Clock } from "../../clock.ts";
import type { Config } from "../../config/config.ts";
import type { Logger } from "../../ops/log.ts";
import type { Metrics } from "../../ops/metrics.ts";
import { pause, retryDelay, within } from "../../pause.ts";
import { LeaseLost } from "../../records/machines.ts";
import type { CallState, Records } from "../../records/records.ts";
import { NO_USAGE } from "../../records/usage.ts";
import type { TenantOf } from "../../tenants/tenant.ts";
import { type CallCreation, type Upstream, UpstreamError } from "../../upstreams/upstream.ts";
import { UsageAccount } from "../limits/usage-account.ts";
import type { Session } from "../session.ts";

/** Waits before further tries at a hang-up, or at a record of it, in milliseconds; the last one again and again. */
const RETRY_DELAYS_MS = [250, 1000, 5000, 15_000, 60_000];

/** How long a stop of the proxy waits for hang-ups; what is left over is taken up at the next start. */
const CLOSE_WAIT_MS = 15_000;

/** What a ledger keeps, and reads. */
export type LedgerRecords = Pick<
  Records,
  "insertCall" | "updateCall" | "keepCallId" | "endCall" | "countOrphans" | "usageOfCall" | "putUsage"
>;

export interface LedgerNeeds {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly records: LedgerRecords;
  readonly tenantOf: TenantOf;
}

/** A call whose id is known, so that it can be hung up. */
export interface KnownCall {
  readonly recordId: string;
  readonly tenant: string;
  readonly upstream: Upstream;
  readonly upstreamCallId: string;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

type Noted = Pick<KnownCall, "recordId"> & Partial<Pick<KnownCall, "upstreamCallId">>;

/** A create whose outcome may still be open. */
export interface BegunCall {
  readonly recordId: string;
  readonly tenant: string;
  readonly upstream: Upstream;
  readonly creation: CallCreation;
  readonly createdAt: number;
}

/** Keeps the record of every call, and sees to it that none runs on unowned. */
export interface CallLedger {
  /** Notes a create that is about to be made; returns the record's id. */
  begin(session: Session, upstream: Upstream): Promise<string>;
  confirm(recordId: string, upstreamCallId: string): Promise<void>;
  /** Hangs up a call, trying until it is done, and notes it. Fulfilled after the first try; never rejects. */
  finish(call: KnownCall): Promise<void>;
  /** Sees a create to its end that nobody waits for any more, or that failed, and hangs up what came of it. */
  dispose(call: BegunCall): void;
  /** True while the call is being made, or is being seen to its end. */
  isBusyWith(recordId: string): boolean;
  /** Notes a call that may run and cannot be found. */
  lose(recordId: string): Promise<void>;
  /** Waits for hang-ups and creates that are under way, as long as a stop of the proxy may take. */
  close(): Promise<void>;
}

export function createCallLedger({ config, clock, log, metrics, records, tenantOf }: LedgerNeeds): CallLedger {
  const underWay = new Set<Promise<void>>();
  /** Calls that are being made, or are being seen to their end. */
  const busy = new Set<string>();
  const closing = new AbortController();
  // While the provider is out of reach, any number of hang-ups wait.
  setMaxListeners(0, closing.signal);

  const track = (work: Promise<void>): void => {
    const tracked = work
      .catch((error: unknown) => log.error({ err: error }, "a call's end could not be recorded"))
      .finally(() => underWay.delete(tracked));
    underWay.add(tracked);
  };

  const waitAfter = (tries: number): Promise<void> => pause(clock, retryDelay(RETRY_DELAYS_MS, tries), closing.signal);

  const write = async (recordId: string, state: CallState, upstreamCallId?: string): Promise<void> => {
    const id = upstreamCallId === undefined ? {} : { upstreamCallId };
    await records.endCall(recordId, { ...id, state, endedAt: clock.now() });
    if (state !== "possible_orphan") return;
    const possibleOrphans = await records.countOrphans().catch(() => undefined);
    log.warn({ call: recordId, possibleOrphans }, "a call may run on that nobody owns");
  };

  /** Writes what became of a call until that is done: what is not known of it makes it a possible orphan later. */
  const note = async (call: Noted, state: CallState, onFirstTry: () => void): Promise<void> => {
    const { recordId, upstreamCallId } = call;
    for (let tries = 0; ; tries++) {
      try {
        await write(recordId, state, upstreamCallId);
        if (state === "ended") log.info({ call: recordId }, "call ended");
        return void busy.delete(recordId);
      } catch (error) {
        if (tries === 0) log.error({ err: error, call: recordId }, "a call's end could not be recorded");
        if (closing.signal.aborted) return;
      } finally {
        onFirstTry();
      }
      await waitAfter(tries);
    }
  };

  /** The hang-up comes before every record of it: a full disk must not keep a call running. */
  const hangUp = async (call: KnownCall, onFirstTry: () => void): Promise<void> => {
    for (let tries = 0; ; tries++) {
      const end = await call.upstream.hangUp(call.upstreamCallId).catch(() => undefined);
      if (end !== undefined) {
        if (end.seconds !== undefined) track(noteLength(call, end.seconds));
        return note(call, "ended", onFirstTry);
      }
      // The provider has ended it by itself then.
      if (clock.now() - call.createdAt > call.upstream.callLimitSeconds * 1000)
        return note(call, "possible_orphan", onFirstTry);
      if (tries === 0) await leaveToNext(call);
      onFirstTry();
      if (closing.signal.aborted) return;
      await waitAfter(tries);
    }
  };

  /** How long a call was shows for certain only when it has ended. */
  const noteLength = async ({ recordId, tenant }: KnownCall, seconds: number): Promise<void> => {
    try {
      const used = await records.usageOfCall(recordId);
      const account = new UsageAccount(NO_USAGE, used, tenantOf(tenant).config, (counts) => metrics.used(counts));
      account.noteLength(seconds);
      await records.putUsage(recordId, account.own);
    } catch (error) {
      // Whoever owns the session now keeps its usage.
      if (!(error instanceof LeaseLost))
        log.error({ err: error, call: recordId }, "how long a call was could not be recorded");
    }
  };

  /** For the next process, in case this one does not get to it. */
  const leaveToNext = async ({ recordId, upstreamCallId }: KnownCall): Promise<void> => {
    log.warn({ call: recordId }, "call could not be hung up, will try again");
    await records
      .keepCallId(recordId, upstreamCallId)
      .catch((error: unknown) => log.error({ err: error, call: recordId }, "a call's id could not be recorded"));
  };

  const finish = (call: KnownCall): Promise<void> => {
    busy.add(call.recordId);
    return new Promise((resolve) => track(hangUp(call, resolve)));
  };

  const dispose = async ({ creation, ...call }: BegunCall): Promise<void> => {
    const outcome = await outcomeOf(creation, config.UPSTREAM_LATE_READ_MS, { clock, signal: closing.signal });
    if (outcome === "unknown_yet") return;
    if (typeof outcome === "string") return note(call, outcome, () => undefined);
    metrics.orphanHangUps.inc();
    void finish({ ...call, ...outcome });
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
        greetedAt: null,
        endedAt: null,
      });
      busy.add(id);
      return id;
    },
    async confirm(recordId, upstreamCallId) {
      await records.updateCall(recordId, { state: "live", upstreamCallId });
      busy.delete(recordId);
    },
    isBusyWith: (recordId) => busy.has(recordId),
    finish,
    dispose(call) {
      busy.add(call.recordId);
      track(dispose(call));
    },
    lose: (recordId) => write(recordId, "possible_orphan"),
    async close() {
      const stop = clock.after(CLOSE_WAIT_MS, () => closing.abort());
      while (underWay.size > 0) await Promise.all(underWay);
      stop();
    },
  };
}

type Outcome = { readonly upstreamCallId: string } | "failed" | "possible_orphan" | "unknown_yet";

/** What became of a create; `unknown_yet` where the proxy stops before that is known. */
async function outcomeOf(
  creation: CallCreation,
  ms: number,
  { clock, signal }: { readonly clock: Clock; readonly signal: AbortSignal },
): Promise<Outcome> {
  try {
    const call = await within(creation.call, ms, { clock, signal });
    if (call !== undefined) return { upstreamCallId: call.callId };
    // A reply that stalls after its head has named the call all the same.
    const knownId = await Promise.race([creation.answerBegun, Promise.resolve(undefined)]);
    if (knownId !== undefined) return { upstreamCallId: knownId };
    return signal.aborted ? "unknown_yet" : "possible_orphan";
  } catch (error) {
    if (!(error instanceof UpstreamError)) return "possible_orphan";
    if (error.callId !== undefined) return { upstreamCallId: error.callId };
    return error.possibleOrphan ? "possible_orphan" : "failed";
  }
}
