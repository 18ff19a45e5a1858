import { createHash } from "node:crypto";
import type { ErrorCode } from "@interview-proxy/protocol";
import { UpstreamError } from "../upstreams/upstream.ts";
import { need, type Trial } from "./trial.ts";
import type { Exchange } from "./wire.ts";

/** Of the form that the proxy gives to a person, of whom a canary has none. */
const SAFETY_IDENTIFIER = createHash("sha256").update("canary").digest("hex");

export interface Created {
  /** Without a status where no answer came. */
  readonly exchange: Exchange;
  /** What our own code makes of it, where that is no call. */
  readonly problem: ErrorCode | undefined;
}

/** The one create of a run, which is never tried again. Waits for its end whatever happens: its answer names a call. */
export async function createOnce(trial: Trial, path: string): Promise<Created> {
  need(trial, "reach");
  const { made, wire } = trial;
  const from = wire.exchanges.count;
  made.mayLive = true;
  let problem: ErrorCode | undefined;
  try {
    const { call } = trial.upstream.createCall({
      plan: trial.plan,
      conversation: undefined,
      // A page's channel is a part of the contract, whatever the pages of these settings may bring.
      channel: "open",
      offerSdp: trial.offer.sdp,
      safetyIdentifier: SAFETY_IDENTIFIER,
    });
    made.callId = (await call).callId;
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
    problem = error.code;
    if (error.callId !== undefined) made.callId = error.callId;
    else if (!error.possibleOrphan) delete made.mayLive;
  }
  const exchange = wire.exchanges.events.slice(from).find(({ value }) => value.path === path)?.value;
  return { exchange: exchange ?? { method: "POST", path, status: undefined, headers: {}, body: "" }, problem };
}
