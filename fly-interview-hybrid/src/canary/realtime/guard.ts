import type { Step } from "../step.ts";
import { need, sendAsPage, untilHeard } from "../trial.ts";

/** Sent as a page could send it; nobody is to follow it. */
const FOREIGN_INSTRUCTIONS = "This is what a page could write, and the server must notice.";

export const guard: Step = {
  name: "guard",
  expects: "what a page changes by its channel is told on the sideband, and our plan undoes it",
  async check(trial, notes) {
    const sideband = need(trial, "sideband");
    const digest = need(trial, "digest");
    need(trial, "channel");
    const { callEvents } = trial;
    const from = callEvents.count;
    const sentAt = performance.now();
    sendAsPage(trial, { type: "session.update", session: { type: "realtime", instructions: FOREIGN_INSTRUCTIONS } });
    const seen = await untilHeard(trial, callEvents, {
      what: "word of the change on the sideband",
      isIt: ({ type }) => type === "drifted",
      from,
    });
    notes.see(`seen after ${Math.round(seen.at - sentAt)} ms`);

    const noticed = callEvents.count;
    sideband.configure(trial.plan);
    const undone = await untilHeard(trial, callEvents, {
      what: "correction",
      isIt: ({ type }) => type === "ready",
      from: noticed,
    });
    notes.see(`undone after ${Math.round(undone.at - sentAt)} ms`);
    // The guard compares what the plan leaves out with what was in force when the plan first was.
    const isAsBefore = undone.value.type === "ready" && undone.value.digest === digest;
    notes.expect(isAsBefore, isAsBefore ? "all as before" : "not all as before");
  },
};
