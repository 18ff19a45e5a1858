import type { PreCheckReply, TestCallReply } from "@interview-proxy/protocol";
import { admitCall, admitOffer } from "../../auth/admission.ts";
import { type Principal, SIMULATION_TENANT } from "../../auth/principal.ts";
import { needsDataChannel } from "../../config/config.ts";
import type { RateLimits } from "../../coordination/rate-limits.ts";
import { ProxyError } from "../../errors.ts";
import { readOffer } from "../calls/start-call.ts";
import { iceServersFor } from "../opening/ice-servers.ts";
import { TestCalls, type TestCallsNeeds } from "./test-calls.ts";

/** How long credentials for TURN hold, in milliseconds: a check takes less than a minute, and is done again. */
const ICE_SERVERS_HOLD_MS = 300_000;

/** What a browser can try before its interview. Nothing of it starts a session. */
export interface PreCheck {
  describe(principal: Principal): PreCheckReply;
  /** Throws NO_TEST_CALL, RATE_LIMITED, SDP_INVALID with the rule and the line, and what {@link TestCalls.make} does. */
  call(principal: Principal, offerSdp: string, departure: AbortSignal): Promise<TestCallReply>;
  /** Hangs up every test call. */
  close(): Promise<void>;
}

export interface PreCheckNeeds extends TestCallsNeeds {
  readonly rateLimits: RateLimits;
  readonly refuseWhileDraining: () => void;
}

export function createPreCheck(needs: PreCheckNeeds): PreCheck {
  const { clock, config, rateLimits, tenantOf } = needs;
  const testCalls = new TestCalls(needs);

  const testCallOf = ({ tenant }: Principal): PreCheckReply["testCall"] => {
    if (config.SIMULATION_MODE || tenant === SIMULATION_TENANT) return "simulator";
    return config.PRECHECK_CALL ? "provider" : "none";
  };

  return {
    describe(principal) {
      const now = clock.now();
      return {
        time: now,
        testCall: testCallOf(principal),
        iceServers: iceServersFor(config, "pre-check", now + ICE_SERVERS_HOLD_MS),
        dataChannel: needsDataChannel(tenantOf(principal.tenant).config) ? "required" : "none",
      };
    },
    async call(principal, offerSdp, departure) {
      needs.refuseWhileDraining();
      if (testCallOf(principal) === "none") throw new ProxyError("NO_TEST_CALL");
      await admitOffer(rateLimits, principal);
      const offer = readOffer(offerSdp);
      await admitCall(rateLimits, principal);
      return testCalls.make(principal, offer, departure);
    },
    close: () => testCalls.close(),
  };
}
