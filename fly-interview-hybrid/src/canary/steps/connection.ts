import { CannotGoOn, type Step } from "../step.ts";
import { need, untilHeard } from "../trial.ts";

export const ice: Step = {
  name: "ice",
  expects: "the provider finds a client that offered no candidates",
  async check(trial, notes) {
    const answerSdp = need(trial, "answerSdp");
    try {
      trial.peer.accept(answerSdp);
    } catch {
      // The stack's own words may quote the answer.
      throw new CannotGoOn("failed", "the client's stack cannot use the answer");
    }
    await untilHeard(trial, trial.peer.iceStates, {
      what: "connection",
      isIt: (state) => state === "connected" || state === "completed",
      otherwise: "failed",
    });
    notes.see("connected");
  },
};

export const dtls: Step = {
  name: "dtls",
  expects: "the handshake succeeds in the role that the answer gives",
  async check(trial, notes) {
    if (!trial.peer.iceStates.events.some(({ value }) => value === "connected" || value === "completed"))
      throw new CannotGoOn("skipped", "no ICE");
    await untilHeard(trial, trial.peer.states, { what: "handshake", isIt: (state) => state === "connected" });
    trial.made.connection = true;
    notes.see("connected");
  },
};
