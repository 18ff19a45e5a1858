import type { Sideband } from "../upstreams/upstream.ts";
import { CannotGoOn, type Notes } from "./step.ts";
import type { Trial } from "./trial.ts";

/** Opens the sideband by the proxy's own code, in one try: one that was needed twice would be a drift. */
export async function attach(trial: Trial, notes: Notes, callId: string): Promise<Sideband> {
  const attached = await trial.upstream.attach(callId, (event) => trial.callEvents.add(event));
  const status = trial.wire.sideband.handshakes.events.at(-1)?.value;
  notes.keep({ status: status ?? 0 });
  if (!attached.ok) {
    throw status === undefined
      ? new CannotGoOn("failed", "no connection")
      : new CannotGoOn("drift", `refused with ${status}`);
  }
  trial.made.sideband = attached.sideband;
  return attached.sideband;
}
