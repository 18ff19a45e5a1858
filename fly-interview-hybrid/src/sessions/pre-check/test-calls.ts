import { randomUUID } from "node:crypto";
import type { TestCallReply } from "@interview-proxy/protocol";
import { personKey } from "../../auth/admission.ts";
import type { Principal } from "../../auth/principal.ts";
import { ProxyError } from "../../errors.ts";
import type { Metrics } from "../../ops/metrics.ts";
import { actAfter } from "../../pause.ts";
import { NO_USAGE } from "../../records/usage.ts";
import { judgeAnswer } from "../../sdp/judge-answer.ts";
import type { JudgedOffer } from "../../sdp/judge-offer.ts";
import { leaveOpen, sealOffer } from "../../sdp/seal.ts";
import type { Tenant } from "../../tenants/tenant.ts";
import type { CallPlan, Upstream } from "../../upstreams/upstream.ts";
import { createCallLedger, type KnownCall, type LedgerNeeds, type LedgerRecords } from "../calls/call-ledger.ts";
import { safetyIdentifierOf } from "../calls/safety-identifier.ts";
import { waitForCall } from "../calls/wait-for-call.ts";
import { briefOf } from "../opening/brief.ts";
import { DEFAULT_PERSONA, planOf } from "../opening/personas.ts";

/** Long enough for a browser that has to find out that UDP does not get through. */
const SECONDS = 15;

/** Test calls at once. More people than this do not look at the same page in the same quarter of a minute. */
const MAX_AT_ONCE = 20;

const INSTRUCTIONS = "This call tests a connection. It is no interview. Say nothing, whatever you hear.";

export interface TestCallsNeeds extends Omit<LedgerNeeds, "records"> {
  readonly upstreamFor: (tenant: string) => Upstream;
}

/**
 * Calls by which a browser tries its way to the voice service. They belong to no session, so that no record keeps them; they
 * are hung up as any other call is, until that is done, and counted where it cannot be.
 */
export class TestCalls {
  readonly #needs: TestCallsNeeds;
  readonly #ledger: ReturnType<typeof createCallLedger>;
  /** The one of each person; aborted when it is to end. */
  readonly #running = new Map<string, AbortController>();

  constructor(needs: TestCallsNeeds) {
    this.#needs = needs;
    this.#ledger = createCallLedger({ ...needs, records: keepingNothing(needs.metrics) });
  }

  /**
   * Makes one, and hangs up the person's one before. `departure` is aborted when nobody waits for the answer any more. Throws
   * CONNECTION_LIMIT, SESSION_ENDED where it is to end before it has begun, and the UPSTREAM_ codes.
   */
  async make(principal: Principal, offer: JudgedOffer, departure: AbortSignal): Promise<TestCallReply> {
    const end = this.#take(personKey(principal.tenant, principal.person));
    const signal = AbortSignal.any([end.signal, departure]);
    try {
      const { call, sdpAnswer } = await this.#exchange(principal, offer, signal);
      end.signal.addEventListener("abort", () => void this.#ledger.finish(call), { once: true });
      actAfter(this.#needs.clock, SECONDS * 1000, end.signal, () => end.abort());
      return { sdpAnswer, seconds: SECONDS };
    } catch (error) {
      end.abort();
      throw error;
    }
  }

  /** Hangs up all of them, and waits for that as long as a stop of the proxy may take. */
  async close(): Promise<void> {
    for (const end of this.#running.values()) end.abort();
    await this.#ledger.close();
  }

  #take(person: string): AbortController {
    this.#running.get(person)?.abort();
    if (this.#running.size >= MAX_AT_ONCE) throw new ProxyError("CONNECTION_LIMIT");
    const end = new AbortController();
    this.#running.set(person, end);
    end.signal.addEventListener("abort", () => this.#running.delete(person), { once: true });
    return end;
  }

  /** Whatever comes of a create that fails is hung up. */
  async #exchange(
    principal: Principal,
    offer: JudgedOffer,
    signal: AbortSignal,
  ): Promise<{ readonly call: KnownCall; readonly sdpAnswer: string }> {
    const { clock, tenantOf, upstreamFor } = this.#needs;
    const tenant = tenantOf(principal.tenant);
    const { config } = tenant;
    const upstream = upstreamFor(tenant.id);
    const sealed = upstream.channelIsUnrestricted ? sealOffer(offer) : leaveOpen(offer);
    const begun = { recordId: `test_${randomUUID()}`, tenant: tenant.id, upstream, createdAt: clock.now() };
    const creation = upstream.createCall({
      plan: silentPlan(tenant),
      conversation: undefined,
      channel: "sealed",
      offerSdp: sealed.upstreamSdp,
      safetyIdentifier: safetyIdentifierOf(principal, config),
    });
    try {
      const created = await waitForCall(creation, config, [signal], clock);
      const sdpAnswer = sealed.unseal(created.answerSdp);
      if (!judgeAnswer(sdpAnswer, offer).ok) throw new ProxyError("UPSTREAM_BAD_ANSWER");
      if (signal.aborted) throw new ProxyError("SESSION_ENDED");
      return { call: { ...begun, upstreamCallId: created.callId }, sdpAnswer };
    } catch (error) {
      this.#ledger.dispose({ ...begun, creation });
      throw error;
    }
  }
}

function silentPlan(tenant: Tenant): CallPlan {
  const brief = briefOf(tenant.config, { instructions: INSTRUCTIONS });
  return { ...planOf({ persona: DEFAULT_PERSONA, brief }, tenant), isSilent: true };
}

function keepingNothing(metrics: Metrics): LedgerRecords {
  const nothing = (): Promise<void> => Promise.resolve();
  return {
    insertCall: nothing,
    updateCall: nothing,
    keepCallId: nothing,
    async endCall(_id, { state }) {
      metrics.calls.inc({ state });
    },
    countOrphans: () => Promise.resolve(1),
    usageOfCall: () => Promise.resolve(NO_USAGE),
    putUsage: nothing,
  };
}
