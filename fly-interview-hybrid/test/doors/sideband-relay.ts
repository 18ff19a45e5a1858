import { onTestFinished } from "vitest";
import { type Meddle, type RequestRelay, startProviderRelay } from "./provider-relay.ts";

/** Puts a relay between a proxy and the simulator, until the test is over. */
export function relayWith(
  meddle: Meddle,
  isAway?: (callId: string) => boolean,
  requests?: RequestRelay,
): (baseUrl: string) => Promise<string> {
  return async (baseUrl) => {
    const relay = await startProviderRelay(baseUrl, meddle, isAway, requests);
    onTestFinished(() => relay.close());
    return relay.baseUrl;
  };
}
