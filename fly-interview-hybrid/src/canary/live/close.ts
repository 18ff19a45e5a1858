import { CannotGoOn, type Step } from "../step.ts";
import { untilSilent } from "../steps/until-silent.ts";
import { need, untilHeard } from "../trial.ts";

export const close: Step = {
  name: "close",
  expects:
    "session.close is answered by session.closed with the seconds used; the sideband closes, and the audio stops",
  async check(trial, notes) {
    const callId = need(trial, "callId");
    const end = await trial.upstream.hangUp(callId).catch(() => undefined);
    if (end === undefined) throw new CannotGoOn("drift", "the call cannot be closed");
    trial.made.hasEnded = true;
    const seconds = end.seconds;
    notes.expect(seconds !== undefined && seconds > 0, seconds === undefined ? "no usage" : `${seconds} s used`);

    const closed = await untilHeard(trial, trial.wire.sideband.events, {
      what: "session.closed",
      isIt: ({ type }) => type === "session.closed",
    });
    const { reason } = closed.value.body;
    notes.expect(
      reason === "close_requested",
      reason === "close_requested" ? reason : "another reason than the request",
    );
    if (trial.made.sideband !== undefined) {
      await untilHeard(trial, trial.wire.sideband.closes, { what: "close of the sideband", isIt: () => true });
      notes.see("sideband closed");
    }
    if (trial.made.connection) await untilSilent(trial, notes);
  },
};
