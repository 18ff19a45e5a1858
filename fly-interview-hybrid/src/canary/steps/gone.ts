import type { Step } from "../step.ts";
import { need } from "../trial.ts";

export const gone: Step = {
  name: "gone",
  expects: "a call that has ended takes no sideband: 404",
  async check(trial, notes) {
    const callId = need(trial, "callId");
    const from = trial.wire.sideband.handshakes.count;
    const attached = await trial.upstream.attach(callId, () => undefined);
    if (attached.ok) attached.sideband.close();
    const status = trial.wire.sideband.handshakes.events[from]?.value;
    notes.keep({ status: status ?? 0 });
    notes.expect(status === 404, status === undefined ? "no answer" : `${status}`);
  },
};
