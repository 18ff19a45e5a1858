import { UpstreamError } from "../../upstreams/upstream.ts";
import type { Step } from "../step.ts";
import { untilSilent } from "../steps/until-silent.ts";
import { need, type Trial, untilHeard } from "../trial.ts";

export const hangUp: Step = {
  name: "hang up",
  expects: "200, then 404; the sideband is closed, and no more audio comes",
  async check(trial, notes) {
    const callId = need(trial, "callId");
    const first = await statusOfHangUp(trial, callId);
    notes.expect(first === 200, `${first ?? "no answer"}`);
    const second = await statusOfHangUp(trial, callId);
    notes.expect(second === 404, `then ${second ?? "no answer"}`);
    notes.keep({ first: first ?? 0, second: second ?? 0 });
    if (first !== 200) return;

    if (trial.made.sideband !== undefined) {
      const { value: code } = await untilHeard(trial, trial.wire.sideband.closes, {
        what: "close of the sideband",
        isIt: () => true,
      });
      notes.see(`sideband closed with ${code}`);
      notes.keep({ closeCode: code });
    }
    if (trial.made.connection) await untilSilent(trial, notes);
  },
};

/** What the provider says to a hang-up. That a call is gone counts as success where it is not looked at so closely. */
async function statusOfHangUp({ upstream, wire, made }: Trial, callId: string): Promise<number | undefined> {
  const from = wire.exchanges.count;
  try {
    await upstream.hangUp(callId);
    made.hasEnded = true;
  } catch (error) {
    if (!(error instanceof UpstreamError)) throw error;
  }
  return wire.exchanges.events.slice(from).find(({ value }) => value.path.endsWith("/hangup"))?.value.status;
}
