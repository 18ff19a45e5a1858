import { attach } from "../attach.ts";
import { CannotGoOn, type Step } from "../step.ts";
import { need, untilHeard } from "../trial.ts";

export const sideband: Step = {
  name: "sideband",
  expects: "it opens at once, says nothing by itself, and answers our configuration with session.updated",
  async check(trial, notes) {
    const opened = await attach(trial, notes, need(trial, "callId"));
    const sentAt = performance.now();
    opened.configure(trial.plan);
    const { value: event, at } = await untilHeard(trial, trial.callEvents, {
      what: "session.updated with our plan in force",
      isIt: ({ type }) => type === "ready" || type === "refused",
    });
    if (event.type === "refused") throw new CannotGoOn("drift", `our configuration is refused: ${event.code}`);
    if (event.type === "ready" && event.digest !== undefined) trial.made.digest = event.digest;
    notes.see(`ready ${Math.round(at - sentAt)} ms after our configuration`);

    const first = trial.wire.sideband.events.events[0]?.value.type ?? "nothing";
    notes.expect(first === "session.updated", `${first} came first`);
    notes.keep({ first });
  },
};
