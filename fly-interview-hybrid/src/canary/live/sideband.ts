import { attach } from "../attach.ts";
import type { Step } from "../step.ts";
import { need, untilHeard } from "../trial.ts";

export const sideband: Step = {
  name: "sideband",
  expects: "it opens at once; session.started is the first it says, or it says nothing until there is something to say",
  async check(trial, notes) {
    const openedAt = performance.now();
    const opened = await attach(trial, notes, need(trial, "callId"));
    opened.configure(trial.plan);
    const { at } = await untilHeard(trial, trial.callEvents, {
      what: "readiness",
      isIt: ({ type }) => type === "ready",
    });
    notes.see(`ready after ${Math.round(at - openedAt)} ms`);

    const first = trial.wire.sideband.events.events[0]?.value;
    const type = first?.type ?? "nothing";
    notes.expect(type === "session.started" || type === "nothing", `${type} came first`);
    notes.keep({ first: type });
    const expires = trial.callEvents.events.map(({ value }) => value).find((event) => event.type === "expires");
    if (expires?.type !== "expires") return notes.see("no expiry told");
    const minutes = Math.round((expires.at - trial.clock.now()) / 60_000);
    notes.see(`expires in ${minutes} min`);
    notes.keep({ expiresInMinutes: minutes });
  },
};
